"""Every kind of tampering with an exported log is found, and the first wrong event is named."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data.audit import GENESIS, AuditEvent, Head, Problem, parse_event, verify_events
from data.canonical import canonical_json


def _make_log(length: int) -> list[str]:
    lines, previous = [], GENESIS
    for sequence in range(1, length + 1):
        event = AuditEvent(
            sequence=sequence,
            kind="encounter.viewed",
            actor="Zoë",
            subject=f"e{sequence}",
            at=f"2026-03-14T09:26:53.{sequence:06d}Z",
            details={"n": sequence, "flag": True, "codes": ("E11.9",), "none": None},
            previous_hash=previous,
            hash=GENESIS,
        ).sealed()
        previous = event.hash
        lines.append(canonical_json(event))
    return lines


LOG = _make_log(12)
HEAD = Head(sequence=12, hash=parse_event(LOG[-1]).hash)  # type: ignore[union-attr]


def _verify(lines: list[str], expected: Head | None = HEAD) -> tuple[bool, str | None, int | None]:
    report = verify_events(map(parse_event, lines), expected)
    return report.is_intact, report.problem, report.sequence


def test_a_whole_log_is_intact() -> None:
    report = verify_events(map(parse_event, LOG), HEAD)
    assert (report.is_intact, report.events, report.head) == (True, 12, HEAD)
    assert _verify(LOG, None) == (True, None, None)
    assert verify_events([]).is_intact


@given(line=st.integers(0, 11), offset=st.integers(0), bit=st.integers(0, 7))
@settings(deadline=None)
def test_any_changed_bit_is_found_where_it_is(line: int, offset: int, bit: int) -> None:
    changed = bytearray(LOG[line].encode())
    changed[offset % len(changed)] ^= 1 << bit
    lines = [*LOG[:line], changed.decode(errors="replace"), *LOG[line + 1 :]]
    is_intact, _, sequence = _verify(lines, None)
    assert not is_intact
    assert sequence == line + 1


@given(line=st.integers(0, 11))
def test_a_dropped_event_is_named(line: int) -> None:
    expected = (Problem.TRUNCATED if line == 11 else Problem.DROPPED, line + 1)
    assert _verify(LOG[:line] + LOG[line + 1 :]) == (False, *expected)


@given(order=st.permutations(range(12)).filter(lambda order: order != list(range(12))))
def test_another_order_is_found(order: list[int]) -> None:
    first = next(place for place, number in enumerate(order) if place != number)
    assert _verify([LOG[number] for number in order]) == (False, Problem.REORDERED, first + 1)


@given(line=st.integers(0, 11), again=st.integers(0, 12))
def test_a_repeated_event_is_found(line: int, again: int) -> None:
    assert not _verify([*LOG[:again], LOG[line], *LOG[again:]])[0]


@pytest.mark.parametrize("length", range(12))
def test_a_cut_off_end_is_found_with_the_head_alone(length: int) -> None:
    assert _verify(LOG[:length]) == (False, Problem.TRUNCATED, length + 1)
    assert _verify(LOG[:length], None)[0]


def test_one_forged_event_breaks_the_link_after_it() -> None:
    forged = parse_event(LOG[4])
    assert forged is not None
    line = canonical_json(forged.model_copy(update={"actor": "mallory"}).sealed())
    assert _verify([*LOG[:4], line, *LOG[5:]]) == (False, Problem.UNLINKED, 6)


def test_a_log_rewritten_to_its_end_needs_the_head() -> None:
    rewritten = _make_log(11)
    forged = parse_event(LOG[11])
    assert forged is not None
    rewritten.append(canonical_json(forged.model_copy(update={"actor": "mallory"}).sealed()))
    assert _verify(rewritten) == (False, Problem.REWRITTEN, 12)
    assert _verify(rewritten, None)[0]


def test_a_longer_log_with_the_expected_head_inside_is_intact() -> None:
    middle = parse_event(LOG[5])
    assert middle is not None
    assert _verify(LOG, Head(sequence=6, hash=middle.hash))[0]


def test_a_head_can_be_written_down() -> None:
    assert Head.parse(str(HEAD)) == HEAD
    for text in ("", "12", f"-1:{GENESIS}", f"x:{GENESIS}", f"²:{GENESIS}", "12:abc", f"{GENESIS}"):
        with pytest.raises(ValueError, match=r"expected|hash|validation"):
            Head.parse(text)


@pytest.mark.parametrize("details", [{"note": "x" * 257}, {"p": 0.5}, {"nested": {"a": 1}}])
def test_details_have_no_place_for_a_note(details: dict[str, object]) -> None:
    event = parse_event(LOG[0])
    assert event is not None
    with pytest.raises(ValidationError):
        AuditEvent.model_validate(event.model_dump() | {"details": details})


def test_events_follow_each_other_by_hash() -> None:
    events = [parse_event(line) for line in LOG]
    assert all(after.previous_hash == before.hash for before, after in pairwise(events) if before and after)
