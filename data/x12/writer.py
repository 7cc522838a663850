"""Writes claims as 837P (005010X222A1) and 837I (005010X223A2) files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from data.claims import Claim, ClaimForm
from data.x12.claim_writer import ClaimWriter
from data.x12.delimiters import Delimiters
from data.x12.filing import Filing
from data.x12.missing import find_missing
from data.x12.segment_writer import SegmentWriter, UnwritableValueError

VERSIONS = {ClaimForm.PROFESSIONAL: "005010X222A1", ClaimForm.INSTITUTIONAL: "005010X223A2"}
_LAST_CONTROL_NUMBER = 999_999_999


class IncompleteClaimError(ValueError):
    """The claim lacks what an 837 must say; the message names fields, never values."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"the claim can't go out without {', '.join(missing)}")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends to whom, under which control number; `is_test` marks a file that must not be paid."""

    submitter_id: str
    submitter_name: str
    contact_name: str
    contact_phone: str
    receiver_id: str
    receiver_name: str
    sent_at: datetime
    control_number: int = 1
    is_test: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.control_number <= _LAST_CONTROL_NUMBER:
            raise ValueError(f"a control number is between 1 and {_LAST_CONTROL_NUMBER}")
        if not (0 < len(self.submitter_id) <= 15 and 0 < len(self.receiver_id) <= 15):
            raise ValueError("the identifiers of sender and receiver have 1 to 15 characters")


def write_claims(
    claims: Iterable[tuple[Claim, Filing]],
    sender: Sender,
    delimiters: Delimiters | None = None,
    *,
    must_be_complete: bool = True,
) -> Iterator[str]:
    """One interchange, piece by piece: a group for each run of one form, a transaction for each day of preparation.

    Raises IncompleteClaimError or UnwritableValueError at the first claim that can't be written as it is; without
    `must_be_complete` what a claim lacks is left out, as for a file that is only read here again.
    """
    out = SegmentWriter(delimiters or Delimiters())
    _open_interchange(out, sender, delimiters or Delimiters())
    groups = 0
    for form, same_form in groupby(claims, key=lambda pair: pair[0].form):
        groups += 1
        yield from _write_group(out, sender, VERSIONS[form], same_form, groups, must_be_complete)
    out.add("IEA", str(groups), f"{sender.control_number:09}")
    yield out.take()


def _open_interchange(out: SegmentWriter, sender: Sender, delimiters: Delimiters) -> None:
    empty = " " * 10
    names = (f"{sender.submitter_id:15}", f"{sender.receiver_id:15}")
    moment = (f"{sender.sent_at:%y%m%d}", f"{sender.sent_at:%H%M}")
    usage = "T" if sender.is_test else "P"
    out.add_header(
        *("00", empty, "00", empty, "ZZ", names[0], "ZZ", names[1], *moment),
        *(delimiters.repetition, "00501", f"{sender.control_number:09}", "0", usage, delimiters.component),
    )


def _write_group(
    out: SegmentWriter,
    sender: Sender,
    version: str,
    claims: Iterable[tuple[Claim, Filing]],
    number: int,
    must_be_complete: bool,
) -> Iterator[str]:
    moment = (f"{sender.sent_at:%Y%m%d}", f"{sender.sent_at:%H%M}")
    out.add("GS", "HC", sender.submitter_id, sender.receiver_id, *moment, str(number), "X", version)
    transactions = 0
    for prepared_on, same_day in groupby(claims, key=lambda pair: pair[0].prepared_on):
        transactions += 1
        start, control = out.count, f"{transactions:04}"
        out.add("ST", "837", control, version)
        out.add(
            "BHT", "0019", "00", f"{sender.control_number}-{number}-{control}", f"{prepared_on:%Y%m%d}", "0000", "CH"
        )
        _write_sender(out, sender)
        writer = ClaimWriter(out)
        for claim, filing in same_day:
            if must_be_complete and (missing := find_missing(claim, filing)):
                raise IncompleteClaimError(missing)
            writer.write(claim, filing)
            yield out.take()
        out.add("SE", str(out.count - start + 1), control)
    out.add("GE", str(transactions), str(number))


def _write_sender(out: SegmentWriter, sender: Sender) -> None:
    submitter, receiver = out.plain(sender.submitter_name), out.plain(sender.receiver_name)
    out.add("NM1", "41", "2", submitter, "", "", "", "", "46", sender.submitter_id)
    out.add("PER", "IC", out.plain(sender.contact_name), "TE", out.plain(sender.contact_phone))
    out.add("NM1", "40", "2", receiver, "", "", "", "", "46", sender.receiver_id)


__all__ = ["IncompleteClaimError", "Sender", "UnwritableValueError", "find_missing", "write_claims"]
