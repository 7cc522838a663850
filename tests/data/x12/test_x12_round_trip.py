"""What is written is read again as it was, whatever the delimiters; what is cut off is told, and nothing made up."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.claims import Claim
from data.notes import PayerKind
from data.x12.delimiters import Delimiters
from data.x12.problems import Lost, ProblemKind, SegmentProblem
from data.x12.reader import BilledClaim, Item

Read = Callable[..., list[Item]]
Write = Callable[..., str]

_IDS = st.text("ABCDEFGHJKMNPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)
_DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
_CODES = st.sampled_from(["E11.22", "I10", "N18.32", "QA0.0101", "S93.401A"])
_PROCEDURES = st.sampled_from([("cpt", "99214"), ("cpt", "0001F"), ("hcpcs", "J1885"), ("hcpcs", "G0402")])
_MARKS = st.permutations("*^:~|>+!%<\x1c\x1d").flatmap(
    lambda marks: st.sampled_from([marks[3], "\n"]).map(lambda end: Delimiters(*marks[:3], end))
)


@st.composite
def _lines(draw: st.DrawFn, *, is_institutional: bool, diagnoses: int) -> list[dict[str, object]]:
    first = draw(_DAYS)
    lines: list[dict[str, object]] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        system, code = draw(_PROCEDURES)
        start = first + timedelta(days=draw(st.integers(0, 3)))
        end = draw(st.none() | st.integers(1, 20).map(lambda days, day=start: day + timedelta(days=days)))
        line: dict[str, object] = {
            "line_number": number,
            "procedure": {"system": system, "code": code},
            "modifiers": draw(st.lists(st.sampled_from(["25", "59", "LT", "XU"]), max_size=4, unique=True)),
            "units": draw(st.integers(1, 9999)),
            "unit_basis": draw(st.sampled_from(["unit", "minute"])),
            "charge_cents": draw(st.integers(0, 10**8)),
            "service_date": start,
            "service_end_date": end,
            "control_number": draw(st.none() | _IDS.filter(lambda text, own=str(number): text != own)),
        }
        if is_institutional:
            line |= {"revenue_code": draw(st.sampled_from(["0300", "0450"]))}
        else:
            pointers = st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True)
            line |= {"place_of_service": draw(st.sampled_from(["11", "22"])), "diagnosis_pointers": draw(pointers)}
        lines.append(line)
    return lines


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Complete claims, as an 837 can say them."""
    is_institutional = draw(st.booleans())
    diagnoses = draw(st.lists(_CODES, min_size=1, max_size=5, unique=True))
    frequency = draw(st.sampled_from("1178"))
    return Claim.model_validate(
        {
            "claim_id": draw(_IDS),
            "form": "institutional" if is_institutional else "professional",
            "payer": {"payer_id": draw(_IDS), "kind": draw(st.sampled_from(PayerKind))},
            "billing_npi": "1234567893",
            "rendering_npi": draw(st.sampled_from(["1234567893", "1245319599"])),
            "rendering_taxonomy": draw(st.sampled_from(["", "207Q00000X"])),
            "patient": {
                "patient_id": draw(_IDS),
                "age_years": draw(st.integers(0, 110)),
                "sex": draw(st.sampled_from(["female", "male", "unknown"])),
            },
            "diagnoses": diagnoses,
            "prior_authorization": draw(st.none() | _IDS),
            "payer_control_number": draw(_IDS) if frequency != "1" else None,
            "facility_type": "13" if is_institutional else None,
            "frequency_code": frequency,
            "prepared_on": draw(_DAYS),
            "lines": draw(_lines(is_institutional=is_institutional, diagnoses=len(diagnoses))),
        }
    )


@settings(max_examples=60)
@given(st.lists(claims(), min_size=1, max_size=3, unique_by=lambda claim: claim.claim_id), _MARKS, st.integers(1, 400))
def test_written_claims_are_read_as_they_were(
    read: Read, write: Write, billed: list[Claim], delimiters: Delimiters, chunk_bytes: int
) -> None:
    items = read(write(*billed, delimiters=delimiters), chunk_bytes)
    assert [item.claim for item in items if isinstance(item, BilledClaim)] == billed
    assert len(items) == len(billed)


@settings(max_examples=60)
@given(st.data())
def test_a_file_cut_off_anywhere_is_told_and_gives_only_whole_claims(
    read: Read, write: Write, professional: Claim, data: st.DataObject
) -> None:
    billed = [professional, professional.model_copy(update={"claim_id": "c2"})]
    whole = write(*billed).rstrip()
    end = data.draw(st.integers(0, len(whole) - 1))
    items = read(whole[:end])
    kept = [item.claim for item in items if isinstance(item, BilledClaim)]
    assert kept == billed[: len(kept)]
    assert any(isinstance(item, SegmentProblem) for item in items)


@settings(max_examples=150)
@given(st.data())
def test_any_damage_is_told_and_never_raises(
    read: Read, write: Write, professional: Claim, data: st.DataObject
) -> None:
    text = bytearray(write(professional).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for item in read(bytes(text), data.draw(st.integers(1, 300))):
        if isinstance(item, SegmentProblem):
            assert 0 <= item.offset <= len(text)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_bytes_that_are_no_x12_say_so(read: Read, content: bytes) -> None:
    items = read(content)
    assert all(isinstance(item, SegmentProblem) for item in items)
    assert (
        ProblemKind.NO_INTERCHANGE in {item.kind for item in items if isinstance(item, SegmentProblem)}
        or b"ISA" in content
    )


def test_problems_are_where_they_say(read: Read, write: Write, professional: Claim) -> None:
    text = write(professional).replace("SV1*HC:J1885", "SV1*HC:J18Z5")
    problem, total, claim = read(text)
    assert isinstance(problem, SegmentProblem)
    assert isinstance(total, SegmentProblem)
    assert isinstance(claim, BilledClaim)
    assert (total.kind, total.lost, total.segment_id, total.element) == ("unbalanced", Lost.NOTHING, "CLM", 2)
    assert (problem.kind, problem.lost, problem.segment_id, problem.element) == ("bad_code", Lost.LINE, "SV1", 1)
    assert text.encode()[problem.offset :].startswith(b"SV1*HC:J18Z5")
    assert text[: problem.offset].count("~") + 1 == problem.segment
    assert [line.line_number for line in claim.claim.lines] == [1]
    assert "J18Z5" not in str(problem)


@pytest.mark.parametrize("count", ["²", "9" * 5000, "", "-1", "two"])
def test_a_trailer_that_counts_wrong_is_told(read: Read, write: Write, professional: Claim, count: str) -> None:
    text = write(professional)
    start = text.index("IEA") + len("IEA*")
    items = read(text[:start] + count + text[text.index(text[3], start) :])
    assert any(isinstance(item, SegmentProblem) and item.kind == "wrong_count" for item in items)


def test_many_interchanges_with_delimiters_of_their_own(read: Read, write: Write, professional: Claim) -> None:
    texts = [write(professional, delimiters=Delimiters(*marks)) for marks in ("*^:~", "|!>\n", "~*^|", "+%:\x1c")]
    items = read("\n".join(texts), 97)
    assert [item.claim for item in items if isinstance(item, BilledClaim)] == [professional] * 4
    assert len(items) == 4


def test_an_interchange_within_a_broken_segment_is_found(read: Read, write: Write, professional: Claim) -> None:
    whole = write(professional)
    items = read(whole[: whole.index("SV1") + 9] + whole)
    assert [item.claim for item in items if isinstance(item, BilledClaim)] == [professional]
    assert {item.kind for item in items if isinstance(item, SegmentProblem)} == {ProblemKind.TRUNCATED}


def test_memory_does_not_grow_with_a_segment_that_never_ends(read: Read, write: Write, professional: Claim) -> None:
    whole = write(professional)
    cut = whole.index("LX*2")
    items = read(whole[:cut] + "NTE*ADD*" + "x" * 3_000_000 + "~" + whole[cut:])
    kinds = [item.kind for item in items if isinstance(item, SegmentProblem)]
    assert ProblemKind.OVERLONG in kinds
    assert [item.claim.claim_id for item in items if isinstance(item, BilledClaim)] == ["c1"]


@pytest.mark.parametrize(
    "marks", [("*", "*", ":", "~"), ("A", "^", ":", "~"), ("*", "^", ":", " "), ("**", "^", ":", "~")]
)
def test_bad_delimiters_are_refused(marks: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError, match="delimiters"):
        Delimiters(*marks)
