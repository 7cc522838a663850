"""Small nouns to put into a store."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from data.claims import Claim
from data.notes import Encounter, Note
from data.reviews import ClaimReview
from data.suggestions import Evidence, Suggestion, SuggestionSet

NOW = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)
TEXT = "Type 2 diabetes with chronic kidney disease, stage 3b. No chest pain."


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_encounter() -> Callable[..., tuple[Encounter, SuggestionSet]]:
    return _make_encounter


@pytest.fixture
def make_claim() -> Callable[..., tuple[Claim, ClaimReview]]:
    return _make_claim


def _make_encounter(
    encounter_id: str = "e1", *, text: str = TEXT, probabilities: tuple[float, ...] = (0.9, 0.6)
) -> tuple[Encounter, SuggestionSet]:
    note = Note(document_id="d1", text=text)
    encounter = Encounter(encounter_id=encounter_id, date_of_service=date(2026, 3, 14), documents=(note,))
    codes = ("E11.22", "N18.32", "I10", "E78.5")
    suggestions = tuple(
        Suggestion(
            suggestion_id=f"s{rank}",
            system="icd10cm",
            code=codes[rank - 1],
            term="a term",
            probability=probability,
            tier="suggested",
            rank=rank,
            role="secondary",
            evidence=(Evidence(document_id="d1", start=0, end=4, quote=text[:4]),),
        )
        for rank, probability in enumerate(probabilities, start=1)
    )
    answer = SuggestionSet(
        encounter_id=encounter_id,
        suggestion_set_id=f"set-{encounter_id}",
        model_version="coding-1",
        code_set_releases={"icd10cm": "FY2026"},
        suggestions=suggestions,
    )
    return encounter, answer


def _make_claim(
    claim_id: str = "c1", *, loss_cents: int = 5700, disposition: str = "release", charge_cents: int = 18500
) -> tuple[Claim, ClaimReview]:
    line = {
        "line_number": 1,
        "procedure": {"system": "cpt", "code": "99214"},
        "modifiers": ["25"],
        "diagnosis_pointers": [1],
        "charge_cents": charge_cents,
        "service_date": "2026-03-14",
    }
    claim = Claim.model_validate(
        {
            "claim_id": claim_id,
            "payer": {"payer_id": "P1", "kind": "commercial"},
            "patient": {"patient_id": "p1", "age_years": 57, "sex": "female"},
            "diagnoses": ["E11.22"],
            "prepared_on": "2026-03-20",
            "lines": [line],
        }
    )
    risk = {
        "probability": 0.31,
        "expected_loss_cents": loss_cents,
        "support": {"similar_claims": 412, "is_low": False},
        "operating_point": "balanced",
    }
    review = ClaimReview.model_validate(
        {"claim_id": claim_id, "model_version": "denial-1", "risk": risk, "disposition": disposition}
    )
    return claim, review
