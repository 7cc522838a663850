"""Modifiers that the documentation of a service itself calls for: side, digit, component, screening, stopped."""

from collections.abc import Sequence

from data.notes import Encounter, PayerKind, Perspective, Setting
from data.services import Family, GlobalPeriod, Sides
from models.coding.procedures.lines import Line
from models.coding.procedures.places import has_components, is_facility

_SIDES = {"left": "LT", "right": "RT", "bilateral": "50"}
_FINGERS = (
    ("thumb", "A"),
    ("index", "1"),
    ("middle", "2"),
    ("long", "2"),
    ("ring", "3"),
    ("little", "4"),
    ("pinky", "4"),
)
_TOES = (
    ("great", "A"),
    ("big", "A"),
    ("hallux", "A"),
    ("second", "1"),
    ("third", "2"),
    ("fourth", "3"),
    ("fifth", "4"),
)
_LIDS = {("left", "upper"): "E1", ("left", "lower"): "E2", ("right", "upper"): "E3", ("right", "lower"): "E4"}
_SCREENING_FAMILIES = ("colonoscopy", "sigmoidoscopy")
_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)


def modify(line: Line, family: Family, paired_sites: frozenset[str], encounter: Encounter) -> Line:
    """The line with the modifiers of its own documentation."""
    line = _modify_side(line, family, paired_sites)
    line = _modify_component(line, family, encounter)
    line = _modify_screening(line, family, encounter)
    line = _modify_care(line, encounter)
    return _modify_stopped(line, encounter)


def _modify_side(line: Line, family: Family, paired_sites: frozenset[str]) -> Line:
    side, site = line.text("laterality"), line.text("site")
    is_sided = family.sides is Sides.PAIRED or (family.sides is Sides.BY_SITE and site in paired_sites)
    if not is_sided or side not in _SIDES or "laterality" in line.service.attributes:
        return line
    modifier = _digit(line, site, side) or _SIDES[side]
    words = {"LT": "the left", "RT": "the right", "50": "both sides"}.get(modifier, f"the {side} {site} that is named")
    return line.modified(modifier).because(
        "modifier.side", f"{modifier}: documented on {words}.", "CPT appendix A and HCPCS Level II modifiers"
    )


def _digit(line: Line, site: str, side: str) -> str | None:
    """The modifier of a finger, toe or eyelid: FA-F9, TA-T9, E1-E4."""
    if side == "bilateral" or site not in ("finger", "toe", "eyelid") or "site" not in line.known:
        return None
    words = " ".join(piece.quote.lower() for piece in line.known["site"].evidence)
    if site == "eyelid":
        return next((code for (s, lid), code in _LIDS.items() if s == side and lid in words), None)
    table, letter = (_FINGERS, "F") if site == "finger" else (_TOES, "T")
    digit = next((code for word, code in table if word in words), None)
    if digit is None:
        return None
    return letter + (digit if side == "left" else str(5 + (0 if digit == "A" else int(digit))))


def _modify_component(line: Line, family: Family, encounter: Encounter) -> Line:
    if not has_components(family, encounter):
        return line
    if encounter.perspective is Perspective.PROFESSIONAL:
        text = "26: the reading alone is billed; the facility bills the equipment and the staff."
        return line.modified("26").because("modifier.component", text, "CPT appendix A, modifier 26")
    if encounter.perspective is Perspective.FACILITY and encounter.setting is Setting.RADIOLOGY:
        text = "TC: the equipment and the staff alone are billed."
        return line.modified("TC").because("modifier.component", text, "HCPCS Level II modifier TC")
    return line


def _modify_screening(line: Line, family: Family, encounter: Encounter) -> Line:
    """A screening endoscopy keeps its intent when something is found and treated."""
    is_screening = line.text("intent") in ("screening", "high_risk")
    if family.key not in _SCREENING_FAMILIES or not is_screening or line.service.code.compact.startswith("G"):
        return line
    is_medicare = encounter.payer is not None and encounter.payer.kind in _MEDICARE
    modifier = "PT" if is_medicare else "33"
    text = f"{modifier}: it began as a screening, so it stays preventive."
    return line.modified(modifier).because("modifier.screening", text, "CPT appendix A, modifier 33; CMS, modifier PT")


def _modify_care(line: Line, encounter: Encounter) -> Line:
    """Emergency departments set bones and leave the aftercare to others."""
    is_major = line.service.global_period is GlobalPeriod.NINETY
    if encounter.setting is not Setting.ED or not is_major or line.service.family != "fracture_care":
        return line
    text = "54: the aftercare is another's."
    return line.modified("54").because("modifier.care", text, "CPT appendix A, modifier 54")


def _modify_stopped(line: Line, encounter: Encounter) -> Line:
    if line.event is None or not line.event.is_stopped:
        return line
    if encounter.perspective is not Perspective.PROFESSIONAL and is_facility(encounter):
        modifier = "74" if line.text("anesthesia") else "73"
    else:
        modifier = "53"
    text = f"{modifier}: begun and stopped before it was complete."
    return line.modified(modifier).because("modifier.discontinued", text, "CPT appendix A, modifiers 53, 73 and 74")


def order_modifiers(modifiers: Sequence[str]) -> tuple[str, ...]:
    """Those that change the payment come first, then those that inform; at most four fit a claim line."""
    first = ("25", "57", "26", "TC", "53", "73", "74", "50", "59", "XS", "33", "PT")
    rank = {modifier: number for number, modifier in enumerate(first)}
    return tuple(sorted(dict.fromkeys(modifiers), key=lambda modifier: rank.get(modifier, len(first))))[:4]
