"""What a claim still lacks before it can go out as an 837."""

from collections.abc import Iterator

from data.claims import Claim, ClaimForm
from data.x12.filing import Filing, Party

# Of a professional claim, HI holds twelve diagnoses and SV107 four pointers.
_MOST_DIAGNOSES = 12
_MOST_POINTERS = 4
_LONGEST_ID = 38
_FULL_ZIP = 9


def find_missing(claim: Claim, filing: Filing) -> tuple[str, ...]:
    """Names of fields and parts, never values; empty when the claim can go out."""
    found = [*_of_parties(claim, filing), *_of_claim(claim)]
    found += _of_professional(claim) if claim.form is ClaimForm.PROFESSIONAL else _of_institutional(claim)
    return tuple(found)


def _of_parties(claim: Claim, filing: Filing) -> Iterator[str]:
    if not claim.billing_npi:
        yield "billing_npi"
    yield from _of_party("billing provider", filing.billing)
    if not filing.billing.tax_id:
        yield "billing provider's tax_id"
    if len(filing.billing.address.zip_code) != _FULL_ZIP:
        yield "billing provider's zip_code of nine digits"
    patient = filing.patient or filing.subscriber
    yield from _of_party("patient", patient)
    if patient.born_on is None:
        yield "patient's born_on"
    if filing.patient is not None and not filing.subscriber.last_name:
        yield "subscriber's name"
    if not filing.payer_name:
        yield "payer_name"
    is_other = claim.rendering_npi not in ("", claim.billing_npi)
    if is_other and not filing.rendering.last_name:
        yield "rendering provider's name"


def _of_party(who: str, party: Party) -> Iterator[str]:
    if not party.last_name:
        yield f"{who}'s name"
    address = party.address
    if not (address.street and address.city and address.state and address.zip_code):
        yield f"{who}'s address"


def _of_claim(claim: Claim) -> Iterator[str]:
    if not (claim.diagnoses or claim.icd9_diagnoses):
        yield "diagnoses"
    if len(claim.claim_id) > _LONGEST_ID:
        yield f"claim_id of at most {_LONGEST_ID} characters"
    if claim.frequency_code in "78" and not claim.payer_control_number:
        yield "payer_control_number of the claim that is corrected"


def _of_professional(claim: Claim) -> Iterator[str]:
    if len(claim.diagnoses or claim.icd9_diagnoses) > _MOST_DIAGNOSES:
        yield f"at most {_MOST_DIAGNOSES} diagnoses"
    if claim.revenue_lines:
        yield "procedures on all lines"
    for line in claim.lines:
        if not line.place_of_service:
            yield f"place_of_service of line {line.line_number}"
        if not 1 <= len(line.diagnosis_pointers) <= _MOST_POINTERS:
            yield f"one to {_MOST_POINTERS} diagnosis_pointers of line {line.line_number}"


def _of_institutional(claim: Claim) -> Iterator[str]:
    if not claim.facility_type:
        yield "facility_type"
    if not claim.rendering_npi:
        yield "rendering_npi (the attending provider)"
    for line in claim.lines:
        if not line.revenue_code:
            yield f"revenue_code of line {line.line_number}"
