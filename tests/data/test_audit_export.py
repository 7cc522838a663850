"""An exported log of 10,000 events: any byte changed, any line moved, dropped or cut off is found, and where."""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.audit import GENESIS, AuditEvent, Head, Problem, parse_event
from data.canonical import canonical_json
from data.checkpoints import KIND, Checkpoint, SignedReport, verify_export
from data.merkle import is_included, merkle_root, prove_inclusion
from data.operator_key import KeyFileError, OperatorKey, load_operator_key, load_public_key

EVENTS = 10_000
EVERY = 2_500
KEY = OperatorKey.generate()


def _event(sequence: int, previous: str, kind: str = "encounter.viewed", **details: object) -> AuditEvent:
    return AuditEvent.model_validate(
        {
            "sequence": sequence,
            "kind": kind,
            "actor": "Zoë",
            "subject": f"e{sequence}",
            "at": f"2026-03-14T09:{sequence // 6000:02d}:{sequence % 60:02d}.{sequence:06d}Z",
            "details": details or {"version": sequence, "is_seen": True, "ids": ("a", "b"), "none": None},
            "previous_hash": previous,
            "hash": GENESIS,
        }
    ).sealed()


def _chain(count: int, key: OperatorKey | None = KEY, actor_from: int | None = None) -> list[str]:
    """With a checkpoint as every EVERY-th event; from `actor_from` on, another history."""
    lines: list[str] = []
    hashes: list[str] = []
    for sequence in range(1, count + 1):
        previous = hashes[-1] if hashes else GENESIS
        if key and sequence % EVERY == 0:
            event = _event(sequence, previous, KIND, **Checkpoint.sign(hashes, key).as_details())
        elif actor_from and sequence >= actor_from:
            event = _event(sequence, previous, version=0)
        else:
            event = _event(sequence, previous)
        lines.append(canonical_json(event))
        hashes.append(event.hash)
    return lines


@cache
def _log() -> tuple[str, ...]:
    return tuple(_chain(EVENTS))


@cache
def _hashes() -> tuple[str, ...]:
    return tuple(json.loads(line)["hash"] for line in _log())


def _verify(folder: Path, lines: Sequence[str], **more: object) -> SignedReport:
    path = folder / "audit.jsonl"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    expected = Head(sequence=EVENTS, hash=_hashes()[-1])
    return verify_export(path, **({"expected": expected, "key": KEY.public} | more))  # type: ignore[arg-type]


def test_the_whole_log_is_intact_and_signed(tmp_path: Path) -> None:
    found = _verify(tmp_path, _log())
    assert (found.is_intact, found.report.events, found.checkpoints, found.signed) == (True, EVENTS, 4, EVENTS - 1)


# A byte of each class: where it stands in a line, and what takes its place.
BYTES = {
    "brace": (r"\{", "["),
    "quote": (r'"', "'"),
    "colon": (r":", ";"),
    "comma": (r",", " "),
    "field name": (r"(?<=\")a(?=ctor)", "A"),
    "digit of the sequence": (r"(?<=\"sequence\":)\d", "9"),
    "letter of the kind": (r"(?<=\"kind\":\")\w", "f"),
    "letter of the actor": (r"(?<=\"actor\":\")Z", "z"),
    "letter beyond ASCII": (r"ë", "é"),
    "byte of a letter beyond ASCII": (r"ë", "\udcc3"),
    "digit of the subject": (r"(?<=\"subject\":\"\w)\d", "0"),
    "digit of the year": (r"(?<=\"at\":\")2", "3"),
    "microsecond": (r"\d(?=Z\")", "X"),
    "zone": (r"Z(?=\")", "z"),
    "value of a detail": (r"true", "false"),
    "digit of a detail": (r"(?<=\"version\":)\d", "0"),
    "null": (r"null", "0"),
    "bracket": (r"\]", "}"),
    "previous hash": (r"(?<=\"previous_hash\":\")[0-9a-f]", "g"),
    "digit of the previous hash": (r"(?<=\"previous_hash\":\"...)[0-9a-f]", "_"),
    "digit of the hash": (r"(?<=\"hash\":\".....)[0-9a-f]", "_"),
    "case of the hash": (r"(?<=\"hash\":\")([0-9a-f]*?)[a-f]", r"\1A"),
    "space added": (r"\{", "{ "),
    "line end added": (r"$", "\r"),
    "zero byte": (r"$", "\x00"),
    "key twice": (r"\}$", ',"actor":"Zoë"}'),
    "number written otherwise": (r"(?<=\"sequence\":)(\d+)", r"\1.0"),
}


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("line", [0, 2_345])
def test_each_class_of_byte(tmp_path: Path, name: str, line: int) -> None:
    pattern, put = BYTES[name]
    before = _log()[line]
    after = re.sub(pattern, put, before, count=1)
    if put == "_":  # another hexadecimal digit
        after = re.sub(pattern, lambda match: "0" if match[0] != "0" else "1", before, count=1)
    if after == before:
        after = re.sub(pattern, lambda match: "8", before, count=1)
    found = _verify(tmp_path, [*_log()[:line], after, *_log()[line + 1 :]])
    assert (found.is_intact, found.report.sequence) == (False, line + 1), after


@pytest.mark.parametrize("line", [0, 2_499, EVENTS - 1])
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines, n: [*lines[:n], *lines[n + 1 :]], {Problem.DROPPED, Problem.TRUNCATED}),
        (lambda lines, n: [*lines[:n], lines[n], *lines[n:]], {Problem.REORDERED}),
        (lambda lines, n: lines[:n], {Problem.TRUNCATED}),
        (lambda lines, n: [*lines[:n], "", *lines[n:]], {Problem.CHANGED}),
    ],
    ids=["dropped", "repeated", "cut off", "empty line"],
)
def test_lines_out_of_place(
    tmp_path: Path, line: int, change: Callable[[Sequence[str], int], list[str]], problem: set[Problem]
) -> None:
    found = _verify(tmp_path, change(list(_log()), line))
    at = line + 2 if problem == {Problem.REORDERED} else line + 1
    assert (found.is_intact, found.report.sequence) == (False, at)
    assert found.report.problem in problem


def test_two_lines_exchanged(tmp_path: Path) -> None:
    lines = list(_log())
    lines[6_000], lines[6_001] = lines[6_001], lines[6_000]
    found = _verify(tmp_path, lines)
    assert (found.report.problem, found.report.sequence) == (Problem.REORDERED, 6_001)


def test_a_half_line_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes("\n".join(_log()).encode())
    found = verify_export(path, key=KEY.public)
    assert (found.report.problem, found.report.sequence) == (Problem.CHANGED, EVENTS)


def test_a_history_rewritten_to_its_end_is_found_by_its_checkpoints(tmp_path: Path) -> None:
    """The chain fits and nobody wrote the head down: the operator's key still tells from where on."""
    other = OperatorKey.generate()
    forged = _chain(EVENTS, other, actor_from=6_000)
    mixed = [*_log()[:5_000], *forged[5_000:]]
    assert _verify(tmp_path, forged, expected=None, key=None).is_intact
    assert _verify(tmp_path, forged, expected=None).report.problem is Problem.FORGED
    found = _verify(tmp_path, _rechain(mixed), expected=None)
    assert (found.is_intact, found.report.problem, found.report.sequence) == (False, Problem.FORGED, 5_000)
    assert (found.checkpoints, found.signed) == (2, 4_999)


def test_a_log_without_checkpoints_is_refused_where_a_key_is_given(tmp_path: Path) -> None:
    plain = _chain(100, None)
    found = _verify(tmp_path, plain, expected=None)
    assert (found.is_intact, found.report.problem, found.report.sequence) == (False, Problem.UNSIGNED, 1)


def test_a_published_checkpoint_finds_a_shorter_and_another_history(tmp_path: Path) -> None:
    published = Checkpoint.sign(_hashes()[:9_000], KEY)
    assert _verify(tmp_path, _log(), published=published).is_intact
    short = _verify(tmp_path, _log()[:8_000], expected=None, published=published)
    assert (short.report.problem, short.report.sequence) == (Problem.TRUNCATED, 8_001)
    other = _verify(tmp_path, _chain(EVENTS, None, actor_from=8_000), expected=None, key=None, published=published)
    assert other.report.problem is Problem.REWRITTEN
    foreign = Checkpoint.sign(_hashes()[:9_000], OperatorKey.generate())
    assert not _verify(tmp_path, _log(), published=foreign).is_intact


def _rechain(lines: Sequence[str]) -> list[str]:
    """The same events with hashes that fit."""
    previous, chained = GENESIS, []
    for line in lines:
        event = parse_event(line)
        assert event is not None
        fitted = event.model_copy(update={"previous_hash": previous}).sealed()
        previous = fitted.hash
        chained.append(canonical_json(fitted))
    return chained


HASHES = st.lists(st.integers(0, 2**256 - 1).map(lambda value: f"{value:064x}"), min_size=1, max_size=40)


@given(hashes=HASHES, index=st.integers(0))
def test_a_proof_leads_to_the_root(hashes: list[str], index: int) -> None:
    place = index % len(hashes)
    proof, root = prove_inclusion(hashes, place), merkle_root(hashes)
    assert is_included(hashes[place], place, len(hashes), proof, root)
    assert not is_included(f"{int(hashes[place], 16) ^ 1:064x}", place, len(hashes), proof, root)
    assert not is_included(hashes[place], place, len(hashes), (*proof, root), root)
    assert len(proof) <= (len(hashes) - 1).bit_length()


@given(hashes=HASHES, index=st.integers(0), bit=st.integers(0, 255))
def test_any_change_of_a_leaf_changes_the_root(hashes: list[str], index: int, bit: int) -> None:
    place = index % len(hashes)
    changed = [*hashes]
    changed[place] = f"{int(hashes[place], 16) ^ (1 << bit):064x}"
    assert merkle_root(changed) != merkle_root(hashes)


def test_the_root_is_the_one_of_the_standard() -> None:
    """RFC 6962, section 2.1: SHA-256 of nothing; a leaf is hashed behind 0x00, a node behind 0x01."""
    assert merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    # The empty leaf, from the test vectors of Certificate Transparency.
    assert merkle_root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_keys_are_private_and_made_once(tmp_path: Path) -> None:
    KEY.save(tmp_path)
    assert (tmp_path / "audit_key.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        OperatorKey.generate().save(tmp_path)
    loaded = load_operator_key(tmp_path / "audit_key.pem")
    public = load_public_key(tmp_path / "audit_key.pub.pem")
    assert public.is_signed("text", loaded.sign("text"))
    assert not public.is_signed("other", loaded.sign("text"))
    assert not public.is_signed("text", "zz")
    assert public.key_id == loaded.public.key_id
    for name, load in (("audit_key.pub.pem", load_operator_key), ("audit_key.pem", load_public_key)):
        with pytest.raises(KeyFileError):
            load(tmp_path / name)


def test_the_chain_of_this_test_is_one() -> None:
    events = [parse_event(line) for line in _log()[:50]]
    assert all(after.previous_hash == before.hash for before, after in pairwise(events) if before and after)
