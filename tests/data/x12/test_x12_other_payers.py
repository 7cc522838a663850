"""Coordination of benefits has no place in a claim here: it is told by position, and the claim is read without it."""

from collections.abc import Callable

from data.claims import Claim
from data.x12.problems import SegmentProblem
from data.x12.reader import BilledClaim, Item

Read = Callable[..., list[Item]]
Write = Callable[..., str]
OTHER = ["SBR*S*18*******CI", "AMT*D*50", "OI***Y***Y", "NM1*IL*1*EXAMPLE*BEN****MI*M2", "NM1*PR*2*OTHER*****PI*P2"]
PAID = ["SVD*P2*50*HC:99214**1", "CAS*PR*2*10", "DTP*573*D8*20260401"]


def between(text: str, mark: str, segments: list[str]) -> str:
    """The text with segments before the first one that begins with the mark."""
    place = text.index(f"\n{mark}") + 1
    return text[:place] + "".join(f"{segment}~\n" for segment in segments) + text[place:]


def told(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.lost, one.segment_id) for one in items if isinstance(one, SegmentProblem)]


def claims(items: list[Item]) -> list[Claim]:
    return [item.claim for item in items if isinstance(item, BilledClaim)]


def test_other_payers_are_told_where_they_stand(read: Read, write: Write, professional: Claim) -> None:
    text = between(between(write(professional), "LX*2", PAID), "LX*1", OTHER)
    items = read(text)
    assert told(items)[:2] == [("other_payer", "value", "SBR"), ("other_payer", "value", "SVD")]
    assert told(items)[2:] == [("wrong_count", "nothing", "SE")]
    assert claims(items) == [professional]
    found = next(item for item in items if isinstance(item, SegmentProblem))
    assert text[found.offset :].startswith(OTHER[0])


def test_the_payer_of_the_claim_is_no_other(read: Read, write: Write, professional: Claim) -> None:
    items = read(write(professional))
    assert (told(items), claims(items)) == ([], [professional])
