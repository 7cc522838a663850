"""What the claim routes read and answer besides the nouns."""

from typing import Annotated, Self

from pydantic import Field

from data.claims import Claim
from data.decisions import RecordedClaimDecision
from data.noun import Identifier, Noun, Positive, UtcTime
from data.reviews import ClaimReview
from data.store.claims import ClaimState, StoredClaim


class ClaimRecord(ClaimReview):
    """A stored claim: the review of its current revision, and all that was decided."""

    claim: Claim
    decisions: tuple[RecordedClaimDecision, ...]
    state: ClaimState
    revision: Positive
    version: Positive
    created_by: Identifier
    created_at: UtcTime

    @classmethod
    def of(cls, stored: StoredClaim) -> Self:
        kept = {name: value for name, value in stored if name != "review"}
        return cls(**dict(stored.review), **kept)


class ClaimBatch(Noun):
    """Of several bad claims the first is told: telling of all takes longer than reading them."""

    claims: Annotated[tuple[Claim, ...], Field(min_length=1, max_length=5000, fail_fast=True)]


class ReviewBatch(Noun):
    """In the order of the claims."""

    reviews: tuple[ClaimReview, ...]
