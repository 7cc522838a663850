"""What the recogniser answers: services that a note documents, services that it names but did not render, questions."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.services import Reasons, Service
from data.suggestions import Evidence, Query, Rationale, Withheld
from models.coding.procedures.events import Known
from models.coding.procedures.scores import to_probability


@dataclass(frozen=True, slots=True)
class ProcedureCandidate:
    """A service with all that a claim line needs. `alternatives` are siblings with the nearest attributes;
    `reasons` are beginnings of the diagnoses that it is usually rendered for, in ranks, the likelier first.

    `score` is the rules' trust in [0, 1]; `probability` what it means until decisions calibrate it.
    """

    service: Service
    score: float
    evidence: tuple[Evidence, ...]
    attributes: Mapping[str, Known]
    modifiers: tuple[str, ...]
    units: int
    rationale: tuple[Rationale, ...]
    alternatives: tuple[Service, ...]
    reasons: Reasons = ()

    @property
    def probability(self) -> float:
        return to_probability(self.score)


@dataclass(frozen=True, slots=True)
class ProcedureFindings:
    """Candidates with the likeliest first, what was deliberately left out, and what only the provider can tell."""

    candidates: tuple[ProcedureCandidate, ...]
    withheld: tuple[Withheld, ...] = ()
    queries: tuple[Query, ...] = ()
