"""What was billed for each patient before: the past that a claim is held against."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.claims import Claim, ClaimForm

_VOID = "8"


@dataclass(frozen=True, slots=True)
class PastService:
    """A line of an earlier claim. `is_professional` services are those that make a patient an established one."""

    claim_id: str
    service_date: date
    code: str
    modifiers: frozenset[str]
    billing_npi: str
    rendering_npi: str
    taxonomy: str
    place_of_service: str | None
    is_professional: bool


class ClaimHistory:
    """Services by patient, oldest first. Voids are none; of several claims under one id the last one counts."""

    def __init__(self, services: Mapping[str, tuple[PastService, ...]]) -> None:
        self._services = services

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> "ClaimHistory":
        by_patient: dict[str, list[PastService]] = defaultdict(list)
        for claim in {claim.claim_id: claim for claim in claims}.values():
            if claim.frequency_code != _VOID:
                by_patient[claim.patient.patient_id] += _services_of(claim)
        return cls({patient: tuple(sorted(own, key=_order)) for patient, own in by_patient.items()})

    def before(self, claim: Claim) -> tuple[PastService, ...]:
        """The patient's services on other claims."""
        own = self._services.get(claim.patient.patient_id, ())
        return tuple(service for service in own if service.claim_id != claim.claim_id)


def _order(service: PastService) -> tuple[date, str, str]:
    return service.service_date, service.claim_id, service.code


def _services_of(claim: Claim) -> Iterable[PastService]:
    for line in claim.lines:
        yield PastService(
            claim_id=claim.claim_id,
            service_date=line.service_date,
            code=line.procedure.code.compact,
            modifiers=frozenset(line.modifiers),
            billing_npi=claim.billing_npi,
            rendering_npi=claim.rendering_npi or claim.billing_npi,
            taxonomy=claim.rendering_taxonomy,
            place_of_service=line.place_of_service,
            is_professional=claim.form is ClaimForm.PROFESSIONAL,
        )
