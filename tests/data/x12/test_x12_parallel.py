"""Several processes read what one reads: the same nouns, the same problems in the same places, the same counts."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.claims import Claim
from data.x12.delimiters import Delimiters
from data.x12.parallel import ParallelX12Reader, dump_items, load_items, start_workers
from data.x12.problems import SegmentProblem
from data.x12.ranges import MAX_RANGE_BYTES, Range, RangeCutter
from data.x12.reader import BilledClaim, Item, X12Reader
from data.x12.segments import Block, SegmentStream

Read = Callable[..., list[Item]]
Write = Callable[..., str]
Wrap = Callable[..., str]
MARKS = st.sampled_from(["*^:~", "|!>\n", "~*^|", "+%:\x1c", "*^:\r"]).map(lambda marks: Delimiters(*marks))
# Segments that open and close something, where nobody expects them.
ENVELOPES = [
    "ST*837*0009",
    "ST*270*1",
    "SE*5*0001",
    "SE*2",
    "GS*HC*A*B*20260101*1*1*X*1",
    "GE*1*1",
    "IEA*1*1",
    "TA1*9*1*1*A",
]


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def compare(content: bytes, workers: Executor, chunk_bytes: int) -> None:
    alone = X12Reader(BytesIO(content))
    items = list(alone.read())
    together = ParallelX12Reader(BytesIO(content), workers, chunk_bytes)
    others = list(together.read_bulk())
    nouns = [item.claim if isinstance(item, BilledClaim) else item for item in items]
    assert [one for one in others if not isinstance(one, SegmentProblem)] == [
        one for one in nouns if not isinstance(one, SegmentProblem)
    ]
    assert [one for one in others if isinstance(one, SegmentProblem)] == [
        one for one in items if isinstance(one, SegmentProblem)
    ]
    assert together.transactions == alone.transactions
    assert (together.interchanges, together.segments) == (alone.interchanges, alone.segments)


@pytest.fixture(scope="module")
def file(write: Write, wrap: Wrap, professional: Claim) -> Callable[[Delimiters], str]:
    """Three transactions of claims and two of answers, in three interchanges."""
    days = [professional.model_copy(update={"prepared_on": day, "claim_id": f"c{day}"}) for day in _days(professional)]
    answers = [
        "BPR*I*60*C*CHK************20260402",
        "TRN*1*T*1",
        "CLP*c1*1*100*60*40",
        "SVC*HC:99214*100*60",
        "CAS*PR*2*40",
    ]
    answer = wrap("835", "HP", "005010X221A1", answers)
    return lambda marks: write(*days, delimiters=marks) + answer + answer


def _days(claim: Claim) -> list[object]:
    return [claim.prepared_on.replace(day=day) for day in (20, 21, 22)]


@settings(max_examples=120)
@given(data=st.data())
def test_two_read_what_one_reads(threads: Executor, file: Callable[[Delimiters], str], data: st.DataObject) -> None:
    """Also of files with envelopes that are left out, doubled or misplaced, or damaged otherwise."""
    marks = data.draw(MARKS)
    text = file(marks)
    segments = text.split(marks.segment)
    for _ in range(data.draw(st.integers(0, 5))):
        place = data.draw(st.integers(1, len(segments) - 1))
        match data.draw(st.sampled_from(["drop", "double", "envelope", "damage"])):
            case "drop":
                del segments[place : place + 1]
            case "double":
                segments[place:place] = segments[place : place + 1]
            case "envelope":
                segments.insert(place, data.draw(st.sampled_from(ENVELOPES)).replace("*", marks.element))
            case _:
                segments[place - 1] += data.draw(st.sampled_from(["x", marks.element, " ", "é", marks.segment]))
    compare(marks.segment.join(segments).encode(), threads, data.draw(st.integers(1, 2000)))


def test_processes_read_what_one_reads(file: Callable[[Delimiters], str]) -> None:
    with start_workers(2) as workers:
        assert isinstance(workers, ProcessPoolExecutor)
        compare(file(Delimiters()).encode() * 3, workers, 1 << 10)


def test_a_transaction_too_long_to_wait_for_is_read_here(write: Write, professional: Claim, threads: Executor) -> None:
    claims = [professional.model_copy(update={"claim_id": f"c{number}"}) for number in range(40)]
    text = write(*claims).replace("INVENTED CLINIC", "INVENTED CLINIC" + " " * (MAX_RANGE_BYTES // 30))
    content = text.encode() + write(professional).encode()
    assert len(content) > MAX_RANGE_BYTES
    pieces = list(RangeCutter().cut(SegmentStream(BytesIO(content), 1 << 18).read()))
    assert sum(isinstance(piece, Range) for piece in pieces) == 1
    assert sum(len(piece.raw) for piece in pieces if isinstance(piece, Block)) > MAX_RANGE_BYTES
    compare(content, threads, 1 << 18)


def test_nouns_travel_as_they_are(read: Read, file: Callable[[Delimiters], str]) -> None:
    items = [item.claim if isinstance(item, BilledClaim) else item for item in read(file(Delimiters()) + "stray")]
    arrived = load_items(dump_items(items))
    assert arrived == items
    assert [one.model_dump_json() for one in arrived] == [one.model_dump_json() for one in items]
    assert [one.model_fields_set for one in arrived] == [one.model_fields_set for one in items]
    assert len({type(one) for one in arrived}) == 4
