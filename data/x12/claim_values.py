"""Makes a claim out of the parts that an 837 gives; what can't be read is told, and the rest is kept."""

from datetime import date
from functools import lru_cache

from data.claims import Claim, ClaimForm, ClaimPatient
from data.notes import Payer, Sex
from data.x12.claim_parts import NOBODY, ClaimParts, PartyParts
from data.x12.diagnoses import read_diagnoses
from data.x12.line_values import LineReader, Period, period_of
from data.x12.log import ProblemLog
from data.x12.nouns import make_claim, make_patient
from data.x12.payer_kinds import to_payer
from data.x12.problems import Lost, ProblemKind
from data.x12.values import at, to_cents, to_date

_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}
_OLDEST = 130
_REMEMBERED = 1 << 16


def build_claim(parts: ClaimParts, log: ProblemLog, sent_on: date | None) -> Claim | None:
    """None when nothing remains that could be a claim; `sent_on` is the day of the envelope."""
    try:
        return _build(parts, log, sent_on)
    except ValueError:
        log.tell(ProblemKind.BAD_VALUE, Lost.CLAIM, mark=parts.mark)
        return None


def _build(parts: ClaimParts, log: ProblemLog, sent_on: date | None) -> Claim | None:
    component = parts.separators[1]
    diagnoses = read_diagnoses(parts.diagnoses, component, log)
    lines = LineReader(log, parts, diagnoses.pointers, _find_period(parts))
    lines.read()
    prepared_on = _read_day(parts.prepared) or sent_on
    if not (lines.lines or lines.revenue_lines) or prepared_on is None:
        log.tell(ProblemKind.MISSING_VALUE, Lost.CLAIM, mark=parts.mark)
        return None
    first_day = lines.lines[0].service_date if lines.lines else lines.revenue_lines[0].service_date
    is_institutional = _is_institutional(parts)
    facility, frequency = _read_opening(parts, component, log)
    rendering = _find_rendering(parts, is_institutional=is_institutional)
    claim = make_claim(
        {
            "claim_id": at(parts.opening, 1),
            "form": ClaimForm.INSTITUTIONAL if is_institutional else ClaimForm.PROFESSIONAL,
            "payer": _read_payer(parts),
            "billing_npi": parts.coverage.billing.npi,
            "rendering_npi": rendering.npi,
            "rendering_taxonomy": rendering.taxonomy,
            "patient": _read_patient(parts, first_day),
            "diagnoses": diagnoses.icd10,
            "icd9_diagnoses": diagnoses.icd9,
            "prior_authorization": parts.references.get("G1") or None,
            "payer_control_number": parts.references.get("F8") or None,
            "facility_type": facility if is_institutional and len(facility) == 2 else None,
            "frequency_code": frequency,
            "prepared_on": prepared_on,
            "encounter_id": None,
            "revenue_lines": tuple(lines.revenue_lines),
            "lines": tuple(lines.lines),
        }
    )
    _check_total(parts, claim, log)
    return claim


def _read_opening(parts: ClaimParts, component: str, log: ProblemLog) -> tuple[str, str]:
    """CLM05: the place or type of facility, and the frequency."""
    said = at(parts.opening, 5).split(component)
    if len(said[-1]) == 1:
        return said[0], said[-1]
    log.tell(ProblemKind.MISSING_VALUE, Lost.VALUE, 5, mark=parts.mark)
    return said[0], "1"


def _is_institutional(parts: ClaimParts) -> bool:
    return any(line.service.startswith("SV2") for line in parts.lines)


def _find_rendering(parts: ClaimParts, *, is_institutional: bool) -> PartyParts:
    """Who billed a professional claim also rendered it, unless it says otherwise."""
    found = parts.providers.get("82")
    if is_institutional:
        return found or parts.providers.get("71") or NOBODY
    return found or parts.coverage.billing


def _read_payer(parts: ClaimParts) -> Payer:
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
    return make_patient(
        {
            "age_years": _age(_read_day(birth), on),
            "sex": _SEXES.get(at(person.birth, 3), Sex.UNKNOWN),
            "status": None,
            "patient_id": identifier,
        }
    )


def _age(born_on: date | None, on: date) -> int | None:
    if born_on is None:
        return None
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return age if 0 <= age <= _OLDEST else None


@lru_cache(_REMEMBERED)
def _read_day(text: str) -> date | None:
    try:
        return to_date(text) if text else None
    except ValueError:
        return None


def _find_period(parts: ClaimParts) -> Period | None:
    """Of the whole claim: an outpatient's service date, the statement's, or the day of admission."""
    if not parts.dates:
        return None
    said = (parts.dates[kind] for kind in ("472", "434", "435") if kind in parts.dates)
    return next(filter(None, map(period_of, said)), None)


def _check_total(parts: ClaimParts, claim: Claim, log: ProblemLog) -> None:
    try:
        is_right = to_cents(at(parts.opening, 2)) == claim.charge_cents
    except ValueError:
        is_right = False
    if not is_right:
        log.tell(ProblemKind.UNBALANCED, element=2, mark=parts.mark)
