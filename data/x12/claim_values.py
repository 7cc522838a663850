"""Makes a claim out of the parts that an 837 gives; what can't be read is told, and the rest is kept."""

from datetime import date
from typing import Any

from pydantic import ValidationError

from data.claims import Claim, ClaimForm, ClaimPatient
from data.codes import Icd10Cm
from data.notes import Sex
from data.x12.claim_parts import ClaimParts, PartyParts
from data.x12.line_values import LineReader, Period, period_of
from data.x12.log import ProblemLog
from data.x12.payer_kinds import to_payer
from data.x12.problems import Lost, ProblemKind
from data.x12.values import at, to_cents, to_date, to_icd9, to_icd10

_ICD10 = ("ABK", "ABF", "ABN")
_ICD9 = ("BK", "BF", "BN")
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}
_SELF = "18"
_OLDEST = 130


def build_claim(parts: ClaimParts, log: ProblemLog, sent_on: date | None) -> Claim | None:
    """None when nothing remains that could be a claim; `sent_on` is the day of the envelope."""
    try:
        return _build(parts, log, sent_on)
    except (ValidationError, ValueError):
        log.tell(ProblemKind.BAD_VALUE, Lost.CLAIM, mark=parts.mark)
        return None


def _build(parts: ClaimParts, log: ProblemLog, sent_on: date | None) -> Claim | None:
    period = _find_period(parts)
    icd10, icd9, pointers = _read_diagnoses(parts, log)
    lines = LineReader(log, parts, pointers, period)
    lines.read()
    prepared_on = _read_day(parts.prepared) or sent_on
    if not (lines.lines or lines.revenue_lines) or prepared_on is None:
        log.tell(ProblemKind.MISSING_VALUE, Lost.CLAIM, mark=parts.mark)
        return None
    first_day = lines.lines[0].service_date if lines.lines else lines.revenue_lines[0].service_date
    claim = Claim(
        claim_id=at(parts.opening, 1),
        payer=_read_payer(parts),
        patient=_read_patient(parts, first_day),
        diagnoses=icd10,
        icd9_diagnoses=icd9,
        prepared_on=prepared_on,
        revenue_lines=tuple(lines.revenue_lines),
        lines=tuple(lines.lines),
        **_read_opening(parts, log),
        **_read_references(parts),
        **_read_providers(parts),
    )
    _check_total(parts, claim, log)
    return claim


def _read_opening(parts: ClaimParts, log: ProblemLog) -> dict[str, Any]:
    facility, _, rest = at(parts.opening, 5).partition(parts.component)
    frequency = rest.rpartition(parts.component)[2]
    is_institutional = is_institutional_claim(parts)
    if len(frequency) != 1:
        log.tell(ProblemKind.MISSING_VALUE, Lost.VALUE, 5, mark=parts.mark)
    return {
        "form": ClaimForm.INSTITUTIONAL if is_institutional else ClaimForm.PROFESSIONAL,
        "facility_type": facility if is_institutional and len(facility) == 2 else None,
        "frequency_code": frequency if len(frequency) == 1 else "1",
    }


def is_institutional_claim(parts: ClaimParts) -> bool:
    return any(line.service and line.service[0] == "SV2" for line in parts.lines)


def _read_references(parts: ClaimParts) -> dict[str, Any]:
    return {
        "prior_authorization": parts.references.get("G1") or None,
        "payer_control_number": parts.references.get("F8") or None,
    }


def _read_providers(parts: ClaimParts) -> dict[str, Any]:
    """Who billed a professional claim also rendered it, unless it says otherwise."""
    billing = parts.coverage.billing
    kinds = ("82", "71") if is_institutional_claim(parts) else ("82",)
    rendering = next((parts.providers[kind] for kind in kinds if kind in parts.providers), None)
    if rendering is None:
        rendering = PartyParts() if is_institutional_claim(parts) else billing
    return {
        "billing_npi": billing.npi,
        "rendering_npi": rendering.npi,
        "rendering_taxonomy": rendering.taxonomy,
    }


def _read_payer(parts: ClaimParts) -> Any:
    coverage = parts.coverage
    name = at(coverage.payer.name, 3)
    return to_payer(coverage.payer.identifier or name or "unknown", at(coverage.subscription, 9), name)


def _read_patient(parts: ClaimParts, on: date) -> ClaimPatient:
    """A dependant has no identifier of their own: the subscriber's, with the day of birth, stands for one."""
    coverage = parts.coverage
    person = coverage.patient or coverage.subscriber
    birth = at(person.birth, 2)
    identifier = person.identifier or coverage.subscriber.identifier or at(parts.opening, 1)
    if coverage.patient is not None and not coverage.patient.identifier:
        identifier = f"{identifier}/{birth or coverage.relationship}"
    return ClaimPatient(
        patient_id=identifier,
        age_years=_age(_read_day(birth), on),
        sex=_SEXES.get(at(person.birth, 3), Sex.UNKNOWN),
    )


def _age(born_on: date | None, on: date) -> int | None:
    if born_on is None:
        return None
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return age if 0 <= age <= _OLDEST else None


def _read_day(text: str) -> date | None:
    try:
        return to_date(text) if text else None
    except ValueError:
        return None


def _find_period(parts: ClaimParts) -> Period | None:
    """Of the whole claim: an outpatient's service date, the statement's, or the day of admission."""
    return next((period for kind in ("472", "434", "435") if (period := period_of(parts.dates.get(kind, [])))), None)


def _read_diagnoses(
    parts: ClaimParts, log: ProblemLog
) -> tuple[tuple[Icd10Cm, ...], tuple[str, ...], list[int | None]]:
    """Both lists, one of them empty, and for each place of the 837's list the place in ours."""
    icd10: list[Icd10Cm] = []
    icd9: list[str] = []
    pointers: list[int | None] = []
    for mark, elements in parts.diagnoses:
        for position, composite in enumerate(elements[1:], start=1):
            kind, _, rest = composite.partition(parts.component)
            if kind not in _ICD10 and kind not in _ICD9:
                continue
            code = rest.split(parts.component, 1)[0]
            try:
                if kind in _ICD10:
                    icd10.append(to_icd10(code))
                else:
                    icd9.append(to_icd9(code))
                pointers.append(len(icd10) + len(icd9))
            except ValueError:
                pointers.append(None)
                log.tell(ProblemKind.BAD_CODE, Lost.VALUE, position, mark=mark)
    if icd10 and icd9:
        log.tell(ProblemKind.BAD_CODE, Lost.VALUE, mark=parts.diagnoses[0][0])
        return tuple(icd10), (), [None] * len(pointers)
    return tuple(icd10), tuple(icd9), pointers


def _check_total(parts: ClaimParts, claim: Claim, log: ProblemLog) -> None:
    try:
        is_right = to_cents(at(parts.opening, 2)) == claim.charge_cents
    except ValueError:
        is_right = False
    if not is_right:
        log.tell(ProblemKind.UNBALANCED, element=2, mark=parts.mark)
