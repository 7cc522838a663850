"""What the claim routes read and answer besides the nouns."""

from typing import Self

from data.claims import Claim
from data.deadlines import Deadline
from data.decisions import RecordedClaimDecision
from data.noun import Identifier, IsoDate, Noun, Positive, UtcTime
from data.reviews import ClaimReview
from data.store.billing_worklist import BillingTask
from data.store.claims import ClaimState, StoredClaim


class Deadlines(Noun):
    """Each None where no limit is known; `appeal_by` only while the newest answer denies something."""

    file_by: Deadline | None = None
    appeal_by: Deadline | None = None


class BillingItem(BillingTask):
    appeal_by: IsoDate | None


class ClaimRecord(ClaimReview):
    """A stored claim: the review of its current revision, and all that was decided."""

    claim: Claim
    decisions: tuple[RecordedClaimDecision, ...]
    state: ClaimState
    revision: Positive
    version: Positive
    created_by: Identifier
    created_at: UtcTime
    deadlines: Deadlines | None = None

    @classmethod
    def of(cls, stored: StoredClaim, deadlines: Deadlines | None = None) -> Self:
        kept = {name: value for name, value in stored if name != "review"}
        return cls(**dict(stored.review), **kept, deadlines=deadlines)
