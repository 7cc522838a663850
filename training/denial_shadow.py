"""A denial challenger in the shadow: it scores the claims that were reviewed, nobody sees it, and where it would have
disposed otherwise is listed. A disagreement names a claim and numbers, nothing else of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.claims import Claim
from data.code_library import load_library
from data.home import Home
from data.noun import Count, Flag, Identifier, Noun, Probability
from data.patient_key import read_patient_key
from data.reviews import UNREVIEWED, ClaimReview, Disposition
from data.store.remittances import find_remittances
from data.store.session import Store
from data.store.tables import ClaimRevisionRow
from models.denial.artefact import load_artefact
from models.denial.edits.references import load_edit_references
from models.denial.review import Reviewer as DenialReviewer
from models.denial.risk import RiskModel
from models.registry import ModelRegistry
from training.denial_labels import label_claim
from training.progress import track
from training.shadow import keep_disagreements

_CHUNK = 200


class Reviewer(Protocol):
    def review(self, claims: Sequence[Claim]) -> list[ClaimReview]: ...


class Reviewed(NamedTuple):
    """What was answered, and whether the payer then denied it, None while it has not said."""

    claim: Claim
    review: ClaimReview
    is_denied: bool | None


class DenialDisagreement(Noun):
    """One model holds the claim and the other releases it; `is_denied` is what the payer made of it."""

    claim_id: Identifier
    champion: Disposition
    challenger: Disposition
    champion_probability: Probability
    challenger_probability: Probability
    is_denied: Flag | None = None

    @property
    def gap(self) -> float:
        return abs(self.champion_probability - self.challenger_probability)

    @property
    def is_challenger_right(self) -> bool | None:
        return None if self.is_denied is None else (self.challenger is Disposition.HOLD) == self.is_denied


class DenialShadowReport(Noun):
    version: Identifier
    claims: Count
    disagreements: tuple[DenialDisagreement, ...]

    @property
    def share(self) -> float:
        return len(self.disagreements) / max(self.claims, 1)


def shadow_denial(home: Home, store: Store, version: str, since: datetime) -> DenialShadowReport:
    """Scores the newest revision of the claims reviewed since a moment; the list is kept beside the versions."""
    folder = ModelRegistry(home).find_version("denial", version)
    manifest, artefact = load_artefact(folder, read_patient_key(home))
    reviewer = DenialReviewer(manifest.version, RiskModel(artefact), load_edit_references(home, load_library(home)))
    with store.reading() as session:
        report = run_denial_shadow(reviewer, version, list(iter_reviewed(session, since)))
    keep_disagreements(home, "denial", version, report.disagreements)
    return report


def run_denial_shadow(challenger: Reviewer, version: str, reviewed: Sequence[Reviewed]) -> DenialShadowReport:
    """Where the probabilities lie furthest apart first."""
    found = []
    for start in track(range(0, len(reviewed), _CHUNK), "shadow"):
        some = reviewed[start : start + _CHUNK]
        answers = challenger.review([one.claim for one in some])
        found += [
            _compare(one, answer)
            for one, answer in zip(some, answers, strict=True)
            if one.review.disposition is not answer.disposition
        ]
    found.sort(key=lambda one: (-one.gap, one.claim_id))
    return DenialShadowReport(version=version, claims=len(reviewed), disagreements=tuple(found))


def _compare(one: Reviewed, answer: ClaimReview) -> DenialDisagreement:
    return DenialDisagreement(
        claim_id=one.claim.claim_id,
        champion=one.review.disposition,
        challenger=answer.disposition,
        champion_probability=one.review.risk.probability,
        challenger_probability=answer.risk.probability,
        is_denied=one.is_denied,
    )


def iter_reviewed(session: Session, since: datetime) -> Iterator[Reviewed]:
    """Claims that came in by files were never reviewed, and those without procedures can't be."""
    query = (
        select(ClaimRevisionRow)
        .where(ClaimRevisionRow.created_at >= since, ClaimRevisionRow.model_version != UNREVIEWED)
        .order_by(ClaimRevisionRow.claim_id, ClaimRevisionRow.revision)
    )
    newest = {row.claim_id: (row.claim, row.review) for row in session.scalars(query)}
    for claim_id, (text, review) in newest.items():
        claim = Claim.model_validate_json(text)
        if claim.lines:
            labelled = label_claim(claim, find_remittances(session, claim_id))
            is_denied = labelled.is_denied if labelled else None
            yield Reviewed(claim, ClaimReview.model_validate_json(review), is_denied)
