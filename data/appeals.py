"""What a biller needs to contest a denial: what it asks for, by when, with what odds, and a draft letter."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.appeal_asks import Ask, Recourse
from data.claims import Procedure
from data.deadlines import Deadline
from data.noun import Cents, Count, Flag, Identifier, IsoDate, Noun, Positive, Probability, UtcTime
from data.remittances import Adjustment
from data.reviews import Needs, ReasonCategory
from data.suggestions import Evidence


class DeniedReason(Noun):
    """An adjustment that refuses; `words` are our own, empty for a code that is not known."""

    adjustment: Adjustment
    category: ReasonCategory
    words: str


class DeniedLine(Noun):
    """`line_number` and `procedure` are None where a claim of revenue codes alone is refused as a whole."""

    line_number: Positive | None
    procedure: Procedure | None
    decided_on: IsoDate
    charge_cents: Cents
    denied_cents: Cents
    reasons: tuple[DeniedReason, ...]
    remarks: tuple[str, ...]
    recourse: Recourse
    asks: tuple[Ask, ...]
    needs: Needs
    why: str


class OddsBasis(StrEnum):
    """Published outcomes of California's independent medical review, or the operator's own appeals to the payer."""

    REVIEW_PRIOR = "review_prior"
    OWN_OUTCOMES = "own_outcomes"


class Odds(Noun):
    """Of the line with the largest amount. `cases` is how many outcomes stand behind it; own outcomes have an interval
    and say how many were overturned."""

    probability: Probability
    low: Probability | None = None
    high: Probability | None = None
    cases: Count
    overturned: Count | None = None
    basis: OddsBasis
    label: str


class Letter(Noun):
    """`blanks` are the places, in square brackets in the text, for what is not known here."""

    text: Annotated[str, Field(repr=False)]
    quotes: tuple[Evidence, ...]
    enclosures: tuple[str, ...]
    blanks: tuple[str, ...]


class Appeal(Noun):
    """`is_appealable`: a line is contested, not only supplied with records or corrected. `odds_note` says why there are
    no odds. There is a letter where a line is contested or supplied with records."""

    claim_id: Identifier
    is_appealable: Flag
    denied: tuple[DeniedLine, ...]
    denied_cents: Cents
    file_by: Deadline | None
    appeal_by: Deadline | None
    odds: Odds | None
    odds_note: str
    letter: Letter | None
    appealed_at: UtcTime | None
