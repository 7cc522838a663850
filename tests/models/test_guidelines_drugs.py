"""Effects of drugs (I.C.19.e): each rule by notes in which it acts and near misses in which it must not."""

import pytest

# (case, marked note, codes in order)
CASES = [
    ("from a drug", "A/P: {Constipation|K59.00} from oxycodone.", ["K59.03", "T40.2X5A"]),
    ("moved from a drug", "A/P: {Constipation|K59.00}. Switched from oxycodone to tramadol.", ["K59.00"]),
    ("a side effect", "A/P: LEV side effect, {irritability|R45.4}.", ["R45.4", "T42.6X5A"]),
    ("a drug beside it", "A/P: {irritability|R45.4}. Continue levetiracetam.", ["R45.4"]),
    (
        "a symptom, of the drug",
        "A/P: {Nausea|R11.0} from metformin. {Migraine|G43.909}.",
        ["R11.0", "G43.909", "T38.3X5A"],
    ),
    ("a symptom, of the disease", "A/P: {Nausea|R11.0}, {migraine|G43.909}. Refilled metformin.", ["G43.909"]),
    ("induced, hyphenated", "A/P: methotrexate-induced {stomatitis|K12.1}.", ["K12.31", "T45.1X5A"]),
    (
        "two drugs",
        "A/P: {Retention|R33.8} due to oxybutynin and diphenhydramine.",
        ["R33.8", "T44.3X5A", "T45.0X5A"],
    ),
    (
        "a medicine did it",
        "A/P: {Orthostatic hypotension|I95.1} from medication: stop amlodipine.",
        ["I95.2", "T46.1X5A"],
    ),
    ("denied", "A/P: {Constipation|K59.00}, not from oxycodone.", ["K59.00"]),
    ("in doubt", "A/P: {Constipation|K59.00}, possibly from oxycodone.", ["K59.00"]),
    ("an allergy", "Allergies: rash from amoxicillin.\nA/P: {GERD|K21.9}.", ["K21.9"]),
    ("no effect named", "A/P: {GERD|K21.9}.\nSide effects of metformin explained.", ["K21.9"]),
    ("an effect that no table knows", "A/P: {Hair loss|L65.9} from valproate.", ["L65.9", "T42.6X5A"]),
    ("an effect told by the drug's sentence alone", "A/P: Rash from cefepime, stopped.", ["L27.0", "T36.1X5A"]),
    ("an effect of other drugs only", "A/P: {Edema|R60.9} from metformin.", ["R60.0", "T38.3X5A"]),
    ("the cough of an ACE inhibitor", "A/P: lisinopril {cough|R05.9}.", ["R05.8", "T46.4X5A"]),
    ("a cough and no ACE inhibitor", "A/P: {cough|R05.9} due to metformin.", ["R05.9", "T38.3X5A"]),
    (
        "out of a drug",
        "HPI: ran out of her insulin last week.\nA/P: {type 2 diabetes with hyperglycemia|E11.65}.",
        ["E11.65", "Z79.4", "T38.3X6A"],
    ),
    (
        "stopped by the doctor",
        "HPI: we stopped insulin last week.\nA/P: {type 2 diabetes with hyperglycemia|E11.65}.",
        ["E11.65"],
    ),
    (
        "too little for its cost",
        "A/P: {asthma|J45.41}, underuse of inhaler because of cost.",
        ["J45.41", "T48.6X6A", "Z91.120"],
    ),
    ("too little by choice", "A/P: {mania|F31.2}. Stopped lithium on her own.", ["F31.2", "T43.596A", "Z91.128"]),
    ("no reason told", "A/P: {mania|F31.2}. Ran out of lithium.", ["F31.2", "T43.596A"]),
    ("bleeding on an anticoagulant", "A/P: {Hematoma|K66.1} on enoxaparin.", ["K66.1", "D68.32", "T45.515A", "Z79.01"]),
    ("contributing", "A/P: {Ulcer|K25.4}, ibuprofen was held responsible for it.", ["K25.4", "T39.315A"]),
    ("set off by it", "A/P: {Retention|R33.8} set off by diphenhydramine.", ["R33.8", "T45.0X5A"]),
    ("no bleeding on it", "A/P: {AFib|I48.91}, no bleeding on apixaban.", ["I48.91"]),
    (
        "the one drug of a class",
        "HPI: takes methylphenidate. A/P: {Weight loss|R63.4} from stimulant.",
        ["R63.4", "T43.635A"],
    ),
    ("a class and no drug", "A/P: {Weight loss|R63.4} from stimulant.", ["R63.4", "T43.605A"]),
    (
        "points back",
        "A/P: {irritability|R45.4} since March. This is a side effect of the levetiracetam.",
        ["R45.4", "T42.6X5A"],
    ),
    (
        "an unlikely effect right before the blame",
        "A/P: {Weight loss|R63.4=0.1} from topiramate.",
        ["R63.4", "T42.6X5A"],
    ),
    (
        "an unlikely finding elsewhere",
        "A/P: {weight loss|R63.4=0.1} noted, {tremor|R25.1} from topiramate.",
        ["G25.1", "T42.6X5A", "R63.4"],
    ),
    ("gastritis", "A/P: {Gastritis|K29.70} from ibuprofen.", ["K29.60", "T39.315A"]),
    ("an ulcer is no gastritis", "A/P: {Gastric ulcer|K25.9} from ibuprofen.", ["K25.9", "T39.315A"]),
    ("nephritis of a drug", "A/P: {AIN|N10} from cefepime.", ["N14.19", "T36.1X5A"]),
    ("brought on by a drug", "A/P: {Gout|M10.9} brought on by furosemide.", ["M10.9", "T50.1X5A"]),
    ("an effect without a code of its own", "A/P: {GERD|K21.9}. Impaction due to oxycodone.", ["K21.9", "T40.2X5A"]),
    ("an effect told in the history alone", "HPI: sweats due to oxycodone.\nA/P: {GERD|K21.9}.", ["K21.9"]),
    ("a treatment behind the blamed drug", "A/P: {Constipation|K59.00} from oxycodone, senna.", ["K59.03", "T40.2X5A"]),
    (
        "a treatment beside the blamed drug",
        "A/P: drug-induced {constipation|K59.00} from oxycodone, started senna.",
        ["K59.03", "T40.2X5A"],
    ),
    ("two in one pill", "A/P: {Dizziness|R42} due to lisinopril/HCTZ.", ["R42", "T46.4X5A"]),
    ("a checkpoint inhibitor", "A/P: {Rash|R21} from pembrolizumab.", ["L27.0", "T45.AX5A"]),
    ("an intolerance in brackets", "A/P: {bronchitis|J20.9}: azithromycin (doxy rash).", ["J20.9"]),
]


@pytest.mark.parametrize(("note", "codes"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_case(note: str, codes: list[str], code_chart):
    outcome = code_chart(note)
    assert [draft.code.dotted for draft in outcome.drafts] == codes


def test_the_effect_is_first_and_both_say_why(code_chart):
    effect, drug = code_chart("A/P: {Constipation|K59.00} from oxycodone.").drafts
    rule = "icd10cm.I.C.19.e.5.a.adverse"
    assert all(rule in {why.rule_id for why in draft.rationale} for draft in (effect, drug))
    assert [evidence.quote for evidence in drug.evidence] == ["oxycodone"]
