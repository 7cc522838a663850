"""Which fields of a claim raise or lower its probability of denial, in words."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim, ClaimLine
from data.places import load_places
from data.reviews import Factor
from models.denial.features import FEATURES
from models.denial.keys import lag_days

_SHOWN = 5
_SMALLEST = 0.05


class _Topic(NamedTuple):
    """Features that speak of one field. `{line}` in the pointer is the line's position."""

    pointer: str
    words: Callable[[Claim, ClaimLine], str]
    prefixes: tuple[str, ...]


def _diagnosis_words(claim: Claim, line: ClaimLine) -> str:
    codes = [claim.diagnoses[p - 1].dotted for p in line.diagnosis_pointers if p <= len(claim.diagnoses)]
    return f"{', '.join(codes) or 'no diagnosis'} as the reason for {line.procedure.code}"


def _modifier_words(_: Claim, line: ClaimLine) -> str:
    named = f"modifier {', '.join(line.modifiers)}" if line.modifiers else "no modifier"
    return f"{named} on {line.procedure.code}"


def _place_words(_: Claim, line: ClaimLine) -> str:
    place = load_places().get(line.place_of_service or "")
    return f"{line.procedure.code} in {place.words if place else 'an unknown place'}"


def _authorization_words(claim: Claim, line: ClaimLine) -> str:
    return f"{'an' if claim.prior_authorization else 'no'} authorization number for {line.procedure.code}"


def _partner_words(claim: Claim, line: ClaimLine) -> str:
    return f"{line.procedure.code} among {len(claim.lines)} services of the claim"


def _unit_words(_: Claim, line: ClaimLine) -> str:
    return f"{line.units} unit{'s' if line.units > 1 else ''} of {line.procedure.code}"


def _lag_words(claim: Claim, line: ClaimLine) -> str:
    return f"{lag_days(claim, line.service_date)} days from service to claim"


def _interval_words(_: Claim, line: ClaimLine) -> str:
    return f"the time since the patient's last {line.procedure.code}"


# The first topic with a matching prefix has the feature.
_TOPICS: tuple[_Topic, ...] = (
    _Topic(
        "/prior_authorization",
        _authorization_words,
        ("has_authorization", "authorization", "payer_procedure_authorization", "site"),
    ),
    _Topic(
        "/lines/{line}/diagnosis_pointers",
        _diagnosis_words,
        (
            "diagnosis",
            "payer_diagnosis",
            "procedure_diagnosis",
            "payer_procedure_diagnosis",
            "pointer",
            "chapter",
            "support",
        ),
    ),
    _Topic("/lines/{line}/modifiers", _modifier_words, ("modifier",)),
    _Topic("/lines/{line}/place_of_service", _place_words, ("place", "telehealth")),
    _Topic("/patient/patient_id", lambda *_: "how the payer judged the patient's membership before", ("patient",)),
    _Topic("/lines/{line}/service_date", _interval_words, ("days_since", "interval")),
    _Topic("/lines/{line}/units", _unit_words, ("units",)),
    _Topic("/lines/{line}/charge_cents", lambda _, line: f"the charge for {line.procedure.code}", ("charge",)),
    _Topic("/prepared_on", _lag_words, ("lag", "payer_lag")),
    _Topic(
        "/rendering_npi",
        lambda claim, _: f"the rendering provider's record with {claim.payer.payer_id}",
        ("provider", "payer_provider", "has_rendering"),
    ),
    _Topic("/lines", _partner_words, ("partner", "company", "line_count", "line_position")),
    _Topic(
        "/lines/{line}/procedure",
        lambda claim, line: f"{line.procedure.code} at {claim.payer.payer_id}",
        ("procedure", "payer_procedure", "clinic_procedure", "benefit", "records"),
    ),
    _Topic("/billing_npi", lambda *_: "the billing provider's record", ("clinic", "payer_clinic")),
    _Topic("/frequency_code", lambda *_: "a replacement claim", ("is_replacement",)),
    _Topic("/payer/payer_id", lambda claim, _: f"denials by {claim.payer.payer_id} in general", ("payer",)),
    _Topic(
        "/lines/{line}",
        lambda *_: "findings of the edits",
        ("rule", "rejects", "denies", "warnings", "claim_findings", "findings", "unchecked"),
    ),
)


def _topic_of(feature: str) -> int:
    return next(number for number, topic in enumerate(_TOPICS) if feature.startswith(topic.prefixes))


_TOPIC_OF_FEATURE: Sequence[int] = tuple(_topic_of(feature) for feature in FEATURES)


def explain(claim: Claim, position: int, contributions: NDArray[np.float64]) -> tuple[Factor, ...]:
    """The weightiest topics of the line at a position, in log-odds. *Shape:* contributions (len(FEATURES),)."""
    sums: Mapping[int, float] = _sum_by_topic(contributions.tolist())
    order = sorted(sums, key=lambda topic: (-abs(sums[topic]), topic))[:_SHOWN]
    line = claim.lines[position]
    return tuple(
        Factor(
            field=_TOPICS[topic].pointer.replace("{line}", str(position)),
            label=_TOPICS[topic].words(claim, line),
            contribution=round(sums[topic], 4),
        )
        for topic in order
        if abs(sums[topic]) >= _SMALLEST
    )


def _sum_by_topic(contributions: Sequence[float]) -> Mapping[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for topic, contribution in zip(_TOPIC_OF_FEATURE, contributions, strict=True):
        sums[topic] += contribution
    return sums
