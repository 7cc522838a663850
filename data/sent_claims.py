"""A claim that went out, with all that its payer answered."""

from dataclasses import dataclass
from datetime import date

from data.claims import Claim
from data.remittances import Remittance


@dataclass(frozen=True, slots=True)
class SentClaim:
    """`first` as it went out on `sent_on`, `last` as it was sent again under the same claim_id, else the same value.

    `answers` come oldest first; of one day, reversals come first: what takes their place is sent along with them.
    """

    first: Claim
    last: Claim
    sent_on: date
    answers: tuple[Remittance, ...]
