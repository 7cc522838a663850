"""Services beside the diagnoses that they were rendered for (the claim's diagnosis pointers)."""

from collections.abc import Sequence

from data.codes import CodeSystem, Icd10Cm
from data.suggestions import Alternative, Evidence, Role, Tier
from models.coding.answer import Entry
from models.coding.policy import ProfilePolicy
from models.coding.procedures import ProcedureCandidate

MAX_LINKS = 4
# Evidence further apart than this, in characters, does not tie a service to a diagnosis.
REACH = 400
# External causes (chapter 20) are never what a service is for.
_EXTERNAL = ("V", "W", "X", "Y")
_VISITS = range(99202, 99500)


def enter_procedures(
    candidates: Sequence[ProcedureCandidate], diagnoses: Sequence[Entry], policy: ProfilePolicy
) -> list[Entry]:
    """Entries of the services that the notes document, each linked to diagnoses that are suggested."""
    suggested = [entry for entry in diagnoses if entry.tier is Tier.SUGGESTED]
    return [_to_entry(item, policy.find_service_tier(item.probability), suggested) for item in candidates]


def _to_entry(candidate: ProcedureCandidate, tier: Tier, diagnoses: Sequence[Entry]) -> Entry:
    service = candidate.service
    return Entry(
        system=service.code.system,
        code=service.code.dotted,
        term=service.name,
        probability=candidate.probability,
        tier=tier,
        role=Role.PROCEDURE,
        evidence=candidate.evidence,
        alternatives=tuple(
            Alternative(code=other.code.dotted, term=other.name, probability=0.0) for other in candidate.alternatives
        ),
        rationale=candidate.rationale,
        modifiers=candidate.modifiers,
        units=candidate.units,
        linked_diagnoses=_link(candidate, diagnoses),
    )


def _link(candidate: ProcedureCandidate, diagnoses: Sequence[Entry]) -> tuple[Icd10Cm, ...]:
    """A visit is for all diagnoses, the first-listed first; a service for the one that stands nearest to its words."""
    diagnoses = [entry for entry in diagnoses if not entry.code.startswith(_EXTERNAL)]
    codes = [Icd10Cm.parse(entry.code) for entry in diagnoses]
    if _is_visit(candidate):
        return tuple(codes[:MAX_LINKS])
    distances = [_distance(candidate.evidence, entry.evidence) for entry in diagnoses]
    if not distances or min(distances) > REACH:
        return tuple(codes[:1])
    return (codes[distances.index(min(distances))],)


def _is_visit(candidate: ProcedureCandidate) -> bool:
    code = candidate.service.code
    return code.system is CodeSystem.CPT and code.compact.isdigit() and int(code.compact) in _VISITS


def _distance(one: Sequence[Evidence], other: Sequence[Evidence]) -> int:
    """Characters between the nearest words of the same document; REACH + 1 when there are none."""
    gaps = [max(a.start - b.end, b.start - a.end, 0) for a in one for b in other if a.document_id == b.document_id]
    return min(gaps, default=REACH + 1)
