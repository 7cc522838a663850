"""The paper forms as PDF, read back: every value of the page, at its place, on the right sheet."""

import re
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.workbench.form_pdf import write_pdf
from api.workbench.form_views import FormView, build_form_view
from data.claims import Claim
from data.synthetic.demo_claims import demo_claims, draft_claim

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_TEXT = re.compile(rb"1 0 0 1 (\S+) (\S+) Tm\s*\(((?:[^()\\]|\\.)*)\) Tj", re.DOTALL)
_FONT = re.compile(rb"/F\d+ (\S+) Tf")


class Text(NamedTuple):
    x: float
    y: float
    text: str


def read_sheets(content: bytes) -> list[list[Text]]:
    """What stands on each page and where, in points from the bottom left."""
    return [
        [Text(float(x), float(y), _unescape(text)) for x, y, text in _TEXT.findall(stream)]
        for stream in _STREAM.findall(content)
        if b" Tj" in stream
    ]


def _unescape(text: bytes) -> str:
    plain = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), text)
    return re.sub(rb"\\(.)", rb"\1", plain).decode("cp1252")


def long_claim(lines: int, **values: Any) -> Claim:
    return draft_claim("c1", lines=[{"code": "99213", "charge_cents": 100 + n} for n in range(lines)], **values)


INSTITUTIONAL = {"form": "institutional", "facility_type": "11"}


def shown(view: FormView, sheet: int) -> list[str]:
    """The values of one sheet of the page; the total of a claim stands on the last one alone."""
    is_last = sheet == len(view.pages) - 1
    items = [item.value for item in (*view.head, *view.foot) if item.value and (is_last or item.number != "28")]
    return sorted([*items, *(cell for line in view.pages[sheet] for cell in line if cell)])


def labels(view: FormView) -> set[str]:
    return {f"{item.number} {item.label}" for item in (*view.head, *view.foot)} | set(view.columns)


@pytest.mark.parametrize(
    "claim",
    [
        *demo_claims()[:4],
        long_claim(6),
        long_claim(13, prior_authorization="A(1)\\2", frequency_code="7", payer_control_number="8841"),
        long_claim(60, **INSTITUTIONAL, frequency_code="7", payer_control_number="8841"),
        long_claim(2, **INSTITUTIONAL, diagnoses=["E11.9", "I10", "N18.32", *(f"S93.40{n}A" for n in (1, 2))]),
    ],
    ids=lambda claim: f"{claim.claim_id} {claim.form} {len(claim.lines)}",
)
def test_the_pdf_says_what_the_page_says(claim: Claim) -> None:
    view = build_form_view(claim)
    sheets = read_sheets(write_pdf(view))
    assert len(sheets) == len(view.pages)
    for number, sheet in enumerate(sheets):
        title = f"{view.title}, {claim.claim_id}, sheet {number + 1} of {len(sheets)}"
        found = [text.text for text in sheet if text.text and text.text not in labels(view) | {title}]
        assert sorted(found) == shown(view, number)
        assert title in {text.text for text in sheet}


@pytest.mark.parametrize(
    ("lines", "values", "sheets"),
    [(6, {}, [6]), (7, {}, [6, 1]), (21, INSTITUTIONAL, [22]), (22, INSTITUTIONAL, [22, 1])],
)
def test_a_sheet_holds_what_the_form_holds(lines: int, values: dict[str, Any], sheets: list[int]) -> None:
    """On a UB-04 the line of the total is one of the twenty-two."""
    claim = long_claim(lines, **values)
    found = read_sheets(write_pdf(build_form_view(claim)))
    total = f"{claim.charge_cents / 100:.2f}"
    assert [len({text.y for text in sheet if re.fullmatch(r"99213|0001", text.text)}) for sheet in found] == sheets
    assert [total in {text.text for text in sheet} for sheet in found] == [False] * (len(found) - 1) + [True]


def test_boxes_stand_where_the_form_has_them() -> None:
    """By the grid of sixths of an inch down and tenths across: item 1a at line 8, column 50; 24 from line 44 on."""
    (sheet,) = read_sheets(write_pdf(build_form_view(long_claim(6, prior_authorization="A1"))))
    at = {text.text: (round(text.x, 1), round(text.y, 1)) for text in sheet}
    assert at["A1"] == (18 + 49 * 7.2, 792 - 40 * 12)
    assert at["c1"] == (round(18 + 22 * 7.2, 1), 792 - 56 * 12)
    rows = sorted({text.y for text in sheet if text.text == "99213"}, reverse=True)
    assert rows == [792 - line * 12 for line in (44, 46, 48, 50, 52, 54)]
    assert all(0 < text.x < 612 and 0 < text.y < 792 for text in sheet)


def test_no_two_values_stand_at_one_place() -> None:
    many = [f"S93.40{n}A" for n in (1, 2)] + [f"E11.{n}" for n in (9, 21, 22, 29, 36, 40, 41, 42, 43, 44)]
    for claim in (long_claim(6, diagnoses=many), long_claim(21, diagnoses=many, **INSTITUTIONAL)):
        (sheet,) = read_sheets(write_pdf(build_form_view(claim)))
        places = [(text.x, text.y) for text in sheet if text.text]
        assert len(places) == len(set(places))


def test_what_is_wider_than_its_box_is_printed_smaller() -> None:
    content = write_pdf(build_form_view(draft_claim("c" * 128, patient={"patient_id": "p"})))
    (stream,) = (found for found in _STREAM.findall(content) if b" Tj" in found)
    box = 14 * 7.2
    assert any(float(size) * 0.6 * 128 <= box + 0.01 for size in _FONT.findall(stream))
    assert "c" * 128 in {text.text for text in read_sheets(content)[0]}


@settings(max_examples=25)
@example("\N{NO-BREAK SPACE}")
@example("\N{SOFT HYPHEN}")
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40))
def test_any_identifier_is_printed_and_the_same_claim_gives_the_same_bytes(name: str) -> None:
    view = build_form_view(draft_claim(name))
    content = write_pdf(view)
    assert content == write_pdf(view)
    printed = name.encode("cp1252", "replace").decode("cp1252").replace("\N{NO-BREAK SPACE}", " ")
    assert printed in {text.text for text in read_sheets(content)[0]}


@pytest.mark.parametrize(("role", "status"), [("biller", 200), ("coder", 403)])
def test_the_download(world: Any, role: str, status: int) -> None:
    with world.client(role="biller") as biller:
        biller.post("/v1/claims", json=draft_claim("c/1").model_dump(mode="json"))
    answer = world.client(role=role).get("/billing/c%2F1/form.pdf")
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
