"""Where a stream happens to be cut changes nothing, and a bad segment is where it was put, whatever surrounds it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.claims import Claim
from data.remittances import Remittance
from data.x12.delimiters import Delimiters
from data.x12.problems import SegmentProblem
from data.x12.reader import BilledClaim, Item

Read = Callable[..., list[Item]]
Write = Callable[..., str]
Remit = Callable[[Sequence[str]], list[Item]]

HEADER_BYTES = 106
CENTS = st.integers(0, 10**7)
MARKS = st.sampled_from(["*^:~", "|!>\n", "~*^|", "+%:\x1c", "*^:\r"]).map(lambda marks: Delimiters(*marks))


def nouns(items: list[Item]) -> list[object]:
    return [
        item.claim if isinstance(item, BilledClaim) else item for item in items if not isinstance(item, SegmentProblem)
    ]


def problems(items: list[Item]) -> list[SegmentProblem]:
    return [item for item in items if isinstance(item, SegmentProblem)]


@settings(max_examples=80)
@given(st.data())
def test_any_cut_of_the_stream_gives_the_same(
    read: Read, write: Write, professional: Claim, data: st.DataObject
) -> None:
    """Of files damaged after their first header, in any encoding, with delimiters of their own."""
    text = bytearray(write(professional, delimiters=data.draw(MARKS)).encode())
    text += write(professional, delimiters=data.draw(MARKS)).encode()
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(HEADER_BYTES, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"~", b"*", b"\xc3\xa9", b"\xe9", b"~\n~", b" "])
        )
    whole = read(bytes(text))
    cut = read(bytes(text), data.draw(st.integers(1, 400)))
    assert nouns(cut) == nouns(whole)
    assert problems(cut) == problems(whole)


@settings(max_examples=60)
@given(st.data())
def test_a_bad_segment_is_told_where_it_stands(
    read: Read, write: Write, professional: Claim, data: st.DataObject
) -> None:
    """Counted the slow way: by the terminators before it. Empty segments count, and line ends are no part of any."""
    marks = data.draw(MARKS)
    text = write(professional, professional.model_copy(update={"claim_id": "c2"}), delimiters=marks)
    segments = text.rstrip("\n").removesuffix(marks.segment).split(marks.segment)
    position = data.draw(st.integers(1, len(segments)))
    before = marks.segment * data.draw(st.integers(0, 2)) + data.draw(st.sampled_from(["", "\n", " \r\n"]))
    head = marks.segment.join(segments[:position]) + marks.segment + before
    tail = marks.segment.join(["ZZ9" + marks.element + "x", *segments[position:]]) + marks.segment
    items = read(head + tail, data.draw(st.integers(1, 500)))
    found = [problem for problem in problems(items) if problem.segment_id == "ZZ9"]
    assert [(one.segment, one.offset) for one in found] == [(head.count(marks.segment) + 1, len(head))]
    assert {problem.segment_id for problem in problems(items)} <= {"ZZ9", "SE"}
    assert nouns(items) == nouns(read(text))


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[str], dict[str, Any]]:
    """The segments of an answer, and what they say, put together the slow way."""
    lines, segments, adjusted = [], [], 0
    for number in range(1, draw(st.integers(0, 4)) + 1):
        charge, modifiers = draw(CENTS), draw(st.lists(st.sampled_from(["25", "XU", "59"]), max_size=4))
        changes = draw(st.lists(st.tuples(st.sampled_from(["CO", "PR", "OA"]), CENTS), max_size=3))
        paid = charge - sum(amount for _, amount in changes)
        remarks = draw(st.lists(st.sampled_from(["N130", "M15"]), max_size=2))
        segments += [f"SVC*{':'.join(['HC', '99214', *modifiers])}*{charge / 100:.2f}*{paid / 100:.2f}"]
        segments += [f"CAS*{group}*45*{amount / 100:.2f}" for group, amount in changes]
        segments += ["DTM*472*20260314", f"REF*6R*{number}", *[f"LQ*HE*{code}" for code in remarks]]
        adjustments = [{"group": group, "carc": "45", "amount_cents": amount} for group, amount in changes]
        lines.append(
            {
                "line_number": number,
                "charge_cents": charge,
                "paid_cents": paid,
                "adjustments": adjustments,
                "procedure": "99214",
                "modifiers": modifiers,
                "service_date": "2026-03-14",
                "control_number": str(number),
                "remarks": remarks,
            }
        )
        adjusted += sum(amount for _, amount in changes)
    total = sum(line["charge_cents"] for line in lines)
    claim_id = draw(st.text("ABC123-", min_size=1, max_size=30))
    head = f"CLP*{claim_id}*1*{total / 100:.2f}*{(total - adjusted) / 100:.2f}**12*PCN"
    said = {"claim_id": claim_id, "charge_cents": total, "paid_cents": total - adjusted, "lines": lines}
    return [head, *segments], said


@settings(max_examples=60)
@given(st.lists(answers(), min_size=1, max_size=4))
def test_answers_are_read_as_they_were_put_together(remit: Remit, said: list[tuple[list[str], dict[str, Any]]]) -> None:
    shared = {
        "adjudicated_on": date(2026, 4, 1),
        "status_code": "1",
        "payer_id": "P1",
        "payer_control_number": "PCN",
        "payment_number": "CHECK1",
    }
    items = remit([segment for segments, _ in said for segment in segments])
    expected = [Remittance.model_validate(shared | values) for _, values in said]
    assert [item for item in items if isinstance(item, Remittance)] == expected
    assert {problem.segment_id for problem in problems(items)} <= {"BPR", "ST"}
