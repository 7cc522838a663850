"""Whether a sentence says that a condition was addressed: monitored, evaluated, assessed or treated."""

import re
from functools import cache

from data.reference.rows import read_rows

_WORD = re.compile(r"[A-Za-z][A-Za-z/-]{3,}")
_ACT = re.compile(
    r"\b(?:cont(?:inue[sd]?|inuing|'d)?|keep|start(?:ed|ing)?|beg[aiu]n|resume[sd]?|restart(?:ed)?"
    r"|(?:in|de)crease[sd]?|raised?|lower(?:ed)|(?:up|down)?-?titrat(?:e[sd]?|ing)|switch(?:ed)?|add(?:ed)?"
    r"|hold|held|stop(?:ped)?|taper(?:ed|ing)?|refill(?:ed|s)?|renew(?:ed)?|prescri(?:be[sd]?|ption)|rx|given"
    r"|refer(?:red|ral)?|consult(?:ed)?|order(?:ed)?|recheck(?:ed)?|repeat(?:ed)?|monitor(?:ed|ing)?|follow(?:ed|s|ing)?"
    r"|f/u|counsel(?:l?ed|l?ing)?|advised?|inject(?:ed|ion)|drain(?:ed)?|excis(?:e|ed|ion)|biops(?:y|ied)|splint(?:ed)?"
    r"|cast|brace|sling|wean(?:ed|ing)?|transfus(?:ed|ion)|replet(?:e|ed|ion)|treat(?:ed|ing|ment)?|manag(?:ed|ing|ement)"
    r"|stable|steady|quiet|unchanged|(?:un|well[- ])?controlled|at goal|improv(?:ed|ing)|wors(?:e|ened|ening)"
    r"|better|resolv(?:ed|ing)|asymptomatic|exacerbat(?:ed|ion)|flar(?:e|ed|ing)|in remission|no change|doing well"
    r"|schedul(?:e|ed)|\d+ ?(?:mg|mcg|units?|g|ml)|[bt]id|qd|qhs|prn|daily|nightly|weekly)\b",
    re.IGNORECASE,
)


def says_addressed(text: str) -> bool:
    return _ACT.search(text) is not None or any(word.lower() in _drugs() for word in _WORD.findall(text))


@cache
def _drugs() -> frozenset[str]:
    """Drugs of one word that the official table of drugs knows."""
    drugs = (drug for row in read_rows("guidelines/drug_effects.tsv") for drug in row["drugs"].split("|"))
    return frozenset(drug for drug in drugs if " " not in drug)
