"""A draft claim out of the codes that stand after a coder's decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from api.coding.schemas import ClaimRequest
from api.errors import ConflictError
from data.claims import Claim, ClaimForm, ClaimLine, ClaimPatient, Procedure
from data.codes import Code, Cpt, Hcpcs, Icd10Cm, parse_code
from data.decisions import Decision
from data.notes import Encounter, Payer, Perspective, Setting
from data.store.encounter_rows import StoredEncounter
from data.suggestions import Role, Suggestion

# An 837 service line points to at most four diagnoses (SV107).
_MAX_POINTERS = 4

# CMS place of service codes; a setting that names no single place leaves the biller to say.
_PLACE_OF_SERVICE = {
    Setting.OFFICE: "11",
    Setting.OUTPATIENT_HOSPITAL: "22",
    Setting.ASC: "24",
    Setting.ED: "23",
    Setting.URGENT_CARE: "20",
    Setting.INPATIENT: "21",
    Setting.TELEHEALTH: "10",
    Setting.LABORATORY: "81",
    Setting.HOME: "12",
    Setting.NURSING_FACILITY: "32",
}


@dataclass(frozen=True, slots=True)
class _Item:
    """A code that stands, with the suggestion that it comes from unless the coder added it."""

    code: Code
    decision: Decision
    suggestion: Suggestion | None

    @property
    def order(self) -> tuple[bool, bool, int]:
        """The first-listed code leads, then the suggested by rank, then the added as they came."""
        if self.suggestion is None:
            return (True, True, 0)
        return (self.suggestion.role is not Role.FIRST_LISTED, False, self.suggestion.rank)


def draft_claim(stored: StoredEncounter, request: ClaimRequest, *, on: date) -> Claim:
    """Raises ConflictError when the encounter does not yet give a claim. ICD-10-PCS codes are no claim lines."""
    items = standing_items(stored)
    if not any(isinstance(item.code, Cpt | Hcpcs) for item in items):
        raise ConflictError("no procedure code is accepted yet, and a claim bills at least one")
    try:
        return _to_claim(stored.encounter, items, request, on)
    except ValidationError:
        raise ConflictError("what is accepted fits no single claim of 25 diagnoses and 999 lines") from None


def _to_claim(encounter: Encounter, items: Sequence[_Item], request: ClaimRequest, on: date) -> Claim:
    diagnoses = _diagnoses(items)
    return Claim(
        claim_id=request.claim_id or f"{encounter.encounter_id[:120]}-claim",
        form=ClaimForm.INSTITUTIONAL if encounter.perspective is Perspective.FACILITY else ClaimForm.PROFESSIONAL,
        payer=_payer(encounter, request),
        billing_npi=request.billing_npi,
        rendering_npi=request.rendering_npi,
        rendering_taxonomy=request.rendering_taxonomy,
        patient=_patient(encounter, request),
        diagnoses=tuple(diagnoses),
        prior_authorization=request.prior_authorization,
        prepared_on=request.prepared_on or on,
        encounter_id=encounter.encounter_id,
        lines=tuple(_lines(items, diagnoses, encounter, request)),
    )


def standing_items(stored: StoredEncounter) -> list[_Item]:
    suggestions = {suggestion.suggestion_id: suggestion for suggestion in stored.suggestion_set.suggestions}
    items = [
        _Item(parse_code(decision.system, decision.final_code), decision, suggestions.get(decision.suggestion_id or ""))
        for decision in (recorded.decision for recorded in stored.standing)
        if decision.final_code is not None
    ]
    return sorted(items, key=lambda item: item.order)


def _diagnoses(items: Iterable[_Item]) -> list[Icd10Cm]:
    """In sequence, each once."""
    return list(dict.fromkeys(item.code for item in items if isinstance(item.code, Icd10Cm)))


def _lines(
    items: Sequence[_Item], diagnoses: Sequence[Icd10Cm], encounter: Encounter, request: ClaimRequest
) -> Iterable[ClaimLine]:
    standing = _standing_for(items)
    charges = {(charge.system, charge.code): charge.charge_cents for charge in request.charges}
    procedures = [(item, item.code) for item in items if isinstance(item.code, Cpt | Hcpcs)]
    for number, (item, code) in enumerate(procedures, start=1):
        yield ClaimLine(
            line_number=number,
            procedure=Procedure.of(code),
            modifiers=item.decision.modifiers,
            diagnosis_pointers=_pointers(item, diagnoses, standing),
            units=item.decision.units,
            charge_cents=charges.get((code.system, code.compact), 0) * item.decision.units,
            service_date=encounter.date_of_service,
            place_of_service=_PLACE_OF_SERVICE.get(encounter.setting),
        )


def _standing_for(items: Iterable[_Item]) -> dict[str, Icd10Cm]:
    """What each suggested diagnosis became: itself, or the code that replaced it."""
    return {
        item.suggestion.code if item.suggestion else item.code.dotted: item.code
        for item in items
        if isinstance(item.code, Icd10Cm)
    }


def _pointers(item: _Item, diagnoses: Sequence[Icd10Cm], standing: dict[str, Icd10Cm]) -> tuple[int, ...]:
    """Positions from 1. Without a link a single diagnosis is meant; of several, none is guessed."""
    if item.suggestion is None or not item.suggestion.linked_diagnoses:
        return (1,) if len(diagnoses) == 1 else ()
    linked = (standing.get(diagnosis.dotted) for diagnosis in item.suggestion.linked_diagnoses)
    return tuple(dict.fromkeys(diagnoses.index(code) + 1 for code in linked if code is not None))[:_MAX_POINTERS]


def _payer(encounter: Encounter, request: ClaimRequest) -> Payer:
    payer = request.payer or encounter.payer
    if payer is None:
        raise ConflictError("the encounter names no payer: give one")
    return payer


def _patient(encounter: Encounter, request: ClaimRequest) -> ClaimPatient:
    """Without a patient_id the encounter stands for the patient."""
    patient_id = request.patient_id or encounter.encounter_id
    return ClaimPatient(patient_id=patient_id, **dict(encounter.patient))
