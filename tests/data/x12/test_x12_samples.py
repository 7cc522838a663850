"""Sample files of open parsers: all are read, and what is written of them is read again as it was."""

import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from data.x12.problems import Lost, SegmentProblem
from data.x12.reader import BilledClaim, Item
from data.x12.writer import Sender, find_missing, write_claims

Read = Callable[..., list[Item]]
_ENDINGS = {".837", ".837i", ".835", ".edi"}
_OTHERS = "X279"


@pytest.fixture(scope="module")
def samples(shared_data: Path, read: Read) -> dict[str, list[Item]]:
    files = sorted(path for path in (shared_data / "x12").rglob("*") if path.suffix in _ENDINGS)
    return {path.name: read(path.read_bytes()) for path in files if not path.name.startswith(_OTHERS)}


def _claims(samples: dict[str, list[Item]]) -> Iterator[BilledClaim]:
    return (item for items in samples.values() for item in items if isinstance(item, BilledClaim))


def test_no_claim_of_a_sample_is_lost(samples: dict[str, list[Item]]) -> None:
    assert len(samples) > 50
    assert all(any(not isinstance(item, SegmentProblem) for item in items) for items in samples.values())
    lost = {item.lost for items in samples.values() for item in items if isinstance(item, SegmentProblem)}
    assert lost <= {Lost.NOTHING, Lost.VALUE}


def test_samples_survive_being_written(samples: dict[str, list[Item]], read: Read, sender: Sender) -> None:
    for billed in _claims(samples):
        text = "".join(write_claims([(billed.claim, billed.filing)], sender, must_be_complete=False))
        assert [item.claim for item in read(text) if isinstance(item, BilledClaim)] == [billed.claim]


def test_pyx12_finds_nothing_wrong_with_what_is_written(samples: dict[str, list[Item]], sender: Sender) -> None:
    """An independent validator with the maps 005010X222A1 and 005010X223A2; it is installed by whoever wants it."""
    document = pytest.importorskip("pyx12.x12n_document")
    params = sys.modules["pyx12.params"] if "pyx12.params" in sys.modules else pytest.importorskip("pyx12.params")
    for billed in _claims(samples):
        if not find_missing(billed.claim, billed.filing):
            source = StringIO("".join(write_claims([(billed.claim, billed.filing)], sender)))
            assert document.x12n_document(params.params(), source, StringIO(), None, None, None)
