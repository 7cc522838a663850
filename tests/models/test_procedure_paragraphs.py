"""What the layout of a note tells about what was done."""

import pytest

from models.coding.headers import SectionKind as Kind
from models.coding.procedures.paragraphs import relabel


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Indication: neck pain.\n\nNeedle placed.", Kind.INDICATION, Kind.OTHER),
        ("Indication: neck pain.\nNeedle placed.", Kind.INDICATION, Kind.INDICATION),
        ("Plan: rest.\n\nIce for two days.", Kind.PLAN, Kind.PLAN),
        ("CC: cut finger\nClosed with nylon.", Kind.CHIEF_COMPLAINT, Kind.OTHER),
        ("Allergies: none\n0905 ondansetron 4 mg IV push", Kind.ALLERGIES, Kind.PROCEDURE),
        ("Surgical history:\n2016 knee replacement", Kind.SURGICAL_HISTORY, Kind.SURGICAL_HISTORY),
        ("History: well.\nGiven: Tdap IM", Kind.HPI, Kind.PROCEDURE),
        ("History: well.\nGiven her age, waiting", Kind.HPI, Kind.HPI),
    ],
)
def test_the_second_line_is_read_by_its_layout(text: str, kind: Kind, expected: Kind) -> None:
    lines = text.split("\n")
    start = len(text) - len(lines[-1])
    places = [(0, len(lines[0])), (start, len(text))]
    assert relabel(text, places, [str(kind), str(kind)])[1] == expected
