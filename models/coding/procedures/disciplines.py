"""GP, GO and GN: the plan of care, of physical, occupational or speech therapy, under which a service was given."""

from collections.abc import Sequence

from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import Tokens

_BY_FAMILY = {
    "physical_evaluation": "GP",
    "occupational_evaluation": "GO",
    "speech_therapy": "GN",
    "swallow_study": "GN",
}
_SHARED = frozenset({"therapy_timed", "therapy_untimed"})
_NAMES = (
    ("GO", (("ot",), ("occupational",), ("hand", "therapy"), ("cht",), ("otr",))),
    ("GN", (("slp",), ("speech",), ("speech", "language"))),
    (
        "GP",
        (("pt", "daily"), ("pt", "eval"), ("physical", "therapy"), ("physical", "therapist"), ("dpt",), ("pt", "note")),
    ),
)
_SOURCE = "Medicare Claims Processing Manual, chapter 5, section 20.1"
# Chiropractors give the same services under no plan of therapy.
_OTHERS = frozenset({"chiropractic", "osteopathic"})


def mark_disciplines(lines: Sequence[Line], readings: Sequence[Reading]) -> list[Line]:
    """Therapy lines with the modifier of the discipline that the notes name first, physical therapy when none."""
    if not any(_is_therapy(line) for line in lines) or any(line.service.family in _OTHERS for line in lines):
        return list(lines)
    named = _find_discipline(readings) or "GP"
    return [_mark(line, _BY_FAMILY.get(line.service.family, named)) if _is_therapy(line) else line for line in lines]


def _is_therapy(line: Line) -> bool:
    return line.service.family in _BY_FAMILY or line.service.family in _SHARED


def _mark(line: Line, modifier: str) -> Line:
    text = f"{modifier}: given under a therapy plan of care."
    return line.modified(modifier).because("modifier.discipline", text, _SOURCE)


def _find_discipline(readings: Sequence[Reading]) -> str | None:
    found = [place for reading in readings for place in _places(reading.tokens)]
    return min(found)[1] if found else None


def _places(tokens: Tokens) -> list[tuple[int, str]]:
    """Where each discipline is first named; "PT" alone is the patient as often as the therapy."""
    firsts = []
    for modifier, names in _NAMES:
        for name in names:
            size = len(name)
            starts = (i for i in range(len(tokens) - size + 1) if tokens.words[i : i + size] == name)
            first = next(starts, None)
            if first is not None:
                firsts.append((first, modifier))
    return firsts
