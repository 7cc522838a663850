"""What the denial model reads of a claim line. The same code fills the rows of training and of serving.

Everything comes from the draft claim, the findings of the edits on it, and books that know the past only.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.days import day_number
from data.reviews import Edit, ReasonCategory
from models.denial import claim_features, finding_features, rate_features
from models.denial.aspects import CAUSES, MEMBERSHIP
from models.denial.charges import ChargeBook
from models.denial.keys import LineKeys, line_keys
from models.denial.rates import RateBook
from models.denial.services import ServiceBook

FEATURES: tuple[str, ...] = (
    *finding_features.NAMES,
    *claim_features.NAMES,
    "days_since_service",
    *rate_features.NAMES,
)
PAYER_KIND = FEATURES.index("payer_kind")


class Books(NamedTuple):
    """What the past says: denial rates, usual charges, and what patients had and how their membership was judged."""

    rates: RateBook
    charges: ChargeBook
    services: ServiceBook
    patients: RateBook

    @classmethod
    def empty(cls, secret: bytes = b"") -> Self:
        """`secret` makes the pseudonyms of patients."""
        return cls(RateBook(), ChargeBook(), ServiceBook(secret=secret), RateBook())

    def without_patients(self) -> Self:
        return self._replace(services=ServiceBook(), patients=RateBook())


def extract_features(
    claims: Sequence[Claim],
    edits: Sequence[Sequence[Edit]],
    books: Books,
    as_of: Sequence[date],
    keys: Sequence[Sequence[LineKeys]] | None = None,
) -> NDArray[np.float32]:
    """Rows of claims, each as things stood on a day of its own. *Shape:* (lines of all claims, len(FEATURES)).

    A claim's rows are the same in any company.
    """
    keys = keys or [line_keys(claim, found, books.services) for claim, found in zip(claims, edits, strict=True)]
    own = [
        values
        for claim, found, lines in zip(claims, edits, keys, strict=True)
        for values in _own_values(claim, found, lines, books.charges)
    ]
    days = np.repeat([day_number(day) for day in as_of], [len(claim.lines) for claim in claims])
    rates = rate_features.rate_rows([line for lines in keys for line in lines], books.rates, books.patients, days)
    return np.concatenate([np.array(own, dtype=np.float64), rates], axis=1).astype(np.float32)


def _own_values(
    claim: Claim, edits: Sequence[Edit], keys: Sequence[LineKeys], charges: ChargeBook
) -> Iterator[list[float]]:
    """What the claim and its findings say, line by line."""
    findings, total_cents = finding_features.sort_findings(claim, edits), claim.charge_cents
    for position, (line, line_keys_) in enumerate(zip(claim.lines, keys, strict=True)):
        yield [
            *finding_features.finding_values(findings, line.line_number),
            *claim_features.claim_values(claim, line, position, total_cents, charges),
            line_keys_.days_since,
        ]


def see_claim(books: Books, claim: Claim, keys: Sequence[LineKeys]) -> None:
    """Tells the books that a claim was prepared; its answer comes later."""
    day = day_number(claim.prepared_on)
    for line, line_keys_ in zip(claim.lines, keys, strict=True):
        books.charges.see(line)
        books.services.see(claim, line)
        for key in (line_keys_.procedure_diagnosis, line_keys_.clinic_procedure):
            books.rates.see(key, day)


class AnsweredLine(NamedTuple):
    """What a payer answered to a line, and why; the category is None when it was not denied."""

    keys: LineKeys
    is_denied: bool
    category: ReasonCategory | None


def learn_lines(books: Books, known_on: date, lines: Sequence[AnsweredLine]) -> None:
    """Tells the books the answers of a day."""
    day = day_number(known_on)
    counted: list[int] = []
    denied: list[bool] = []
    for keys, is_denied, category in lines:
        any_cause = keys.of_any_cause()
        counted += any_cause
        denied += [is_denied] * len(any_cause)
        for aspect, own, shared in keys.of_aspects():
            counted += (own, shared)
            denied += [category in CAUSES[aspect]] * 2
    books.rates.learn(counted, day, denied)
    books.patients.learn([line.keys.patient for line in lines], day, [line.category in MEMBERSHIP for line in lines])
