"""How notes blame a drug for an effect, and how they say that less of it was taken than prescribed (I.C.19.e.5)."""

import re

from models.coding.guidelines.drug_names import NamedDrug

_CAUSED_BY = (
    r"due to|d/t|2/2|secondary to|2ndary to"
    r"|(?:caused|induced|provoked|precipitated|trig(?:gered)?|brought on|set off) by"
    r"|because of|owing to|(?:attributed|laid|put down) to(?: the)?|blamed? on"
)
_INDUCED_BY = (
    rf"{_CAUSED_BY}|blames?|worsened (?:on|by)"
    r"|(?<!switched )(?<!changed )(?<!transitioned )(?<!weaned )(?<!converted )(?<!benefit )(?:from|form|fr)"
    r"|side effects? (?:of|from|to|with|on)|s/?e (?:of|from|to|with)"
    r"|reaction (?:to|from)|adverse (?:effects?|reaction|event) (?:of|to|from|with)|(?:attributed|anaphylaxis) to"
    r"(?: the)?|blamed on|after starting|since (?:starting|start of|we started)|intoleran(?:t|ce) (?:of|to)"
    r"|complication of|toxicity (?:of|from|due to)|toxic effects? (?:of|from)"
)
_FILLERS = (
    r"(?:(?:the|her|his|their|recent|prior|high|low|dose|long|term|chronic|oral|po|iv|new|newly|started|inhaled|daily"
    r"|nightly|weekly|extra|medications?|meds?)[\s-]+){0,3}"
)
_BEFORE = re.compile(rf"\b(?:{_INDUCED_BY})[:\s]+{_FILLERS}(?:[\w/-]+[\s-]*(?:and|or|plus|/|\+)[\s-]*){{0,2}}$", re.I)
_CAUSE_BEFORE = re.compile(rf"\w\W+(?:{_CAUSED_BY})[:\s]+{_FILLERS}$", re.IGNORECASE)
_CAUSE_AFTER = re.compile(r"^[\s-]*(?:induced|caused|provoked)\s+\w", re.IGNORECASE)
# What stands before the blame when it is denied or a guess.
_UNSURE = re.compile(
    r"(?:\b(?:not|isn['’]t|unlikely|possibl[ey]|probabl[ey]|likely|maybe|perhaps|could be|rather than|vs\.?)|\?)\W*$",
    re.I,
)
_AFTER = re.compile(
    r"^(?:\s?(?:xr|er|dose))?[\s-]*(?:(?:(?:is|was|were|are) )?(?:held |thought |felt |found )?(?:to be )?"
    r"(?:responsible for|to blame for|the culprit|contribut\w+ to)|induced|associated|related|caused|provoked"
    r"|side effects?|s/?e\b|aes?\b|effects?\b|adverse"
    r"|toxicity|intolerance|(?:gi|mood|skin|drug) (?:s/?e|side|upset|effects?|rash|reaction|toxicity)"
    r"|cough\b|dyspepsia\b|gastritis\b|gastropathy\b|nephropathy\b|\w+toxicity\b|myopathy\b|coagulopathy\b"
    r"|tremors?\b|myalgias?\b|edema\b|neuropathy\b|constipation\b|colitis\b|hyperglyc\w+|angioedema\b"
    r"|thrombocytopenia\b|diarrhea\b|thyrotoxicosis\b|thyroiditis\b|ulcers?\b|nausea\b|hepatitis\b|hair loss\b)",
    re.IGNORECASE,
)
_MEDICINE_DID = re.compile(
    r"\b(?:(?:from|due to|2/2|d/t|secondary to) (?:the |her |his )?(?:med|meds|medications?|drugs?)"
    r"|(?:drug|medication|med)[ -]induced|medication (?:side|adverse) effects?)\b",
    re.IGNORECASE,
)
_TOO_LITTLE = re.compile(
    r"\b(?:r[au]n(?:ning)? out of|out of|under-?(?:us\w+|dos\w+)(?: of)?|skipp?(?:ed|ing|s)"
    r"|miss(?:ed|ing|es) (?:\w+ ){0,4}(?:doses?|days)? ?(?:of )?"
    r"|(?:not|n't|n’t) (?:been )?tak(?:en|e|ing)|stopp?(?:ed|ing) (?:taking |filling )?|ration(?:ed|ing)"
    r"|stretch(?:ed|ing)|(?:could|can)(?:n['o]t| not) afford|non-?adheren\w+ (?:to|with)|non-?complian\w+ with)"
    r"\s*(?:(?:his|her|the|their|any|all|doses? of|of|home|taking)\s+){0,3}$",
    re.IGNORECASE,
)
_BY_PATIENT = re.compile(
    r"\b(?:afford|cost|price|pay\b|copay|insurance|r[au]n(?:ning)? out|skipp?|ration|stretch|forg[eo]t|missed|by choice"
    r"|on (?:his|her|their) own|under-?(?:us|dos)|against (?:medical )?advice"
    r"|non-?adheren|non-?complian|refill|pharmacy)",
    re.IGNORECASE,
)


# Bleeding of a patient on an anticoagulant ("hematoma on enoxaparin") is blamed on it.
_ANTICOAGULANTS = "T4551"
_BLED_ON = re.compile(
    r"\b(?:bleed(?:ing|s)?|bled|ha?emorrhages?|ha?ematomas?|epistaxis|ha?ematuria|ha?emarthrosis)"
    r"\b(?: \([^)]*\))?,? (?:while )?"
    r"(?:on|taking) (?:therapeutic |full[- ]dose |chronic |long[- ]term |home |his |her |their )*$",
    re.IGNORECASE,
)
_NOT_BLED = re.compile(r"\b(?:no|not|denies|without|w/o|risk|avoid)\b[^.;]*$", re.IGNORECASE)
# Why less was taken than prescribed; the first that the sentence tells counts.
_REASONS = (
    ("Z91.120", re.compile(r"\b(?:afford|cost|price|expens|pay\b|copay|insurance|money)", re.IGNORECASE)),
    ("Z91.138", re.compile(r"\bforg[eo]t", re.IGNORECASE)),
    (
        "Z91.128",
        re.compile(
            r"\b(?:side effects?|on (?:his|her|their) own|by choice|against (?:medical )?advice|because"
            r"|did(?:n['’]t| not) (?:like|want)|felt (?:better|fine|well))\b",
            re.IGNORECASE,
        ),
    ),
)


def did_harm(drug: NamedDrug) -> bool:
    """Whether the sentence blames the drug, plainly and in no doubt."""
    blame = _BEFORE.search(drug.before)
    if not drug.assertion.is_plain or (blame and _UNSURE.search(drug.before[: blame.start()])):
        return False
    bled = _BLED_ON.search(drug.before) if drug.stem == _ANTICOAGULANTS else None
    if bled and not _NOT_BLED.search(drug.before[: bled.start()]):
        return True
    return bool(blame or _AFTER.match(drug.after))


def may_be_meant(drug: NamedDrug) -> bool:
    """Whether its sentence blames a medicine without its name."""
    return drug.assertion.is_plain and _MEDICINE_DID.search(drug.sentence.quote) is not None


def is_cause(drug: NamedDrug) -> bool:
    """Whether the words beside the drug say that it caused something, whatever that is."""
    return bool(_CAUSE_BEFORE.search(drug.before) or _CAUSE_AFTER.match(drug.after))


def find_blame(drug: NamedDrug) -> re.Match[str] | None:
    """The words before the drug that blame it ("due to"), in the sentence's part before it."""
    return _BEFORE.search(drug.before)


def was_underdosed(drug: NamedDrug) -> bool:
    assertion = drug.assertion
    if assertion.is_family or assertion.is_hypothetical or not _BY_PATIENT.search(drug.sentence.quote):
        return False
    return _TOO_LITTLE.search(drug.before) is not None


def find_reason(drug: NamedDrug) -> tuple[str, re.Match[str]] | None:
    """The code of why less was taken, and the words of the sentence that tell it."""
    return next(((code, found) for code, words in _REASONS if (found := words.search(drug.sentence.quote))), None)
