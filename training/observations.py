"""What monitoring sees of encounters and of claims: numbers and words of fixed sets, nothing that a patient wrote."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime, time
from typing import NamedTuple

from data.codes import CodeSystem
from data.notes import Note
from data.store.claims import SubmittedClaim
from data.store.encounter_rows import StoredEncounter
from data.suggestions import Tier
from models.coding.sections import find_sections
from models.coding.words import read_words
from training.datasets import CodingExample, DenialExample, label_encounter
from training.drift import Value
from training.patient_groups import group_patient

KEPT, REFUSED = "kept", "refused"


class Judged(NamedTuple):
    """What became of a model's answer: of the `given` so many were right (`hits`), of all `wanted`."""

    groups: tuple[str, ...]
    hits: int
    given: int
    wanted: int


class Observed(NamedTuple):
    """One unit: when it came, the values of each quantity, and what became of it (None: nothing yet)."""

    at: datetime
    values: Mapping[str, Sequence[Value]]
    judged: Judged | None


def observe_encounter(stored: StoredEncounter, vocabulary: Set[str]) -> Observed:
    """`vocabulary` are the word stems of the notes that the model learned to read visits from."""
    encounter = stored.encounter
    groups = group_patient(encounter.patient, encounter.payer.kind if encounter.payer else None)
    segments = (f"setting {encounter.setting.value}", *groups)
    given = [one for one in stored.suggestion_set.suggestions if one.tier is Tier.SUGGESTED]
    seen = [one for one in label_encounter(stored) if one.weight > 0]
    verdicts = [KEPT if one.is_positive else REFUSED for one in seen if one.suggestion_id is not None]
    values: dict[str, Sequence[Value]] = {
        **_observe_notes(encounter.documents, vocabulary),
        **{segment.split()[0]: [segment] for segment in segments},
        "probability": [one.probability for one in given],
        "suggestions": [float(len(given))],
        "first character": [one.code[0] for one in given if one.system is CodeSystem.ICD10CM],
        "acceptance": verdicts,
        "missed codes": ["suggested" if one.suggestion_id else "added" for one in seen if one.is_positive],
        **{f"acceptance, {segment}": verdicts for segment in segments},
    }
    return Observed(stored.created_at, values, _judge(groups, seen) if seen else None)


def _judge(groups: tuple[str, ...], seen: Sequence[CodingExample]) -> Judged:
    given = [one for one in seen if one.suggestion_id is not None]
    return Judged(groups, sum(one.is_positive for one in given), len(given), sum(one.is_positive for one in seen))


def _observe_notes(notes: Iterable[Note], vocabulary: Set[str]) -> dict[str, Sequence[Value]]:
    texts = [note.text for note in notes]
    stems = [stem for text in texts for stem in read_words(text).stems]
    unknown = sum(stem not in vocabulary for stem in stems)
    return {
        "note words": [float(len(stems))],
        "unknown words": [unknown / max(len(stems), 1)],
        "sections": [section.kind.value for text in texts for section in find_sections(text)],
        "document kind": [note.kind for note in notes],
    }


def observe_claim(submitted: SubmittedClaim, answered: DenialExample | None) -> Iterator[Observed]:
    """As it went out, and as it was first answered: two units, since they come in different windows."""
    claim, review = submitted.claim, submitted.review
    groups = group_patient(claim.patient, claim.payer.kind)
    segments = (f"form {claim.form.value}", *groups)
    values: dict[str, Sequence[Value]] = {
        **{segment.split()[0]: [segment] for segment in segments},
        "lines": [float(len(claim.lines))],
        "charge": [float(claim.charge_cents)],
        "place of service": [line.place_of_service for line in claim.lines if line.place_of_service],
        "first character": [code.compact[0] for code in claim.diagnoses],
        "probability": [review.risk.probability],
        "disposition": [review.disposition.value],
        "biller": [submitted.outcome.value],
    }
    yield Observed(submitted.submitted_at, values, None)
    if answered is not None:
        yield _observe_answer(submitted, answered, segments, groups)


def _observe_answer(
    submitted: SubmittedClaim, answered: DenialExample, segments: Sequence[str], groups: tuple[str, ...]
) -> Observed:
    is_held, is_denied = submitted.review.disposition.value == "hold", answered.labelled.is_denied
    outcome = ["denied" if is_denied else "paid"]
    categories = [line.category.value for line in answered.labelled.lines if line.category]
    values = {"outcome": outcome, "category": categories, **{f"outcome, {segment}": outcome for segment in segments}}
    known_at = datetime.combine(answered.labelled.known_on, time.min, UTC)
    return Observed(known_at, values, Judged(groups, int(is_held and is_denied), int(is_held), int(is_denied)))
