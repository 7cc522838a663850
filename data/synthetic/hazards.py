"""How likely an invented payer is to deny an invented claim, and for what: the rules that the claim does not show."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from data.claims import Claim, ClaimLine
from data.reviews import ReasonCategory as Reason
from data.synthetic.clinics import Clinic
from data.synthetic.drafts import AGE_GROUPS, SIDED, TELEHEALTH_PLACES
from data.synthetic.payers import SyntheticPayer
from data.synthetic.published import ADD_ONS, PAIRS, UNIT_LIMITS
from data.synthetic.services import load_encounter_kinds, load_services
from data.synthetic.slips import WRONG_STATUS

_SEPARATE = frozenset({"59", "XE", "XP", "XS", "XU", "25", "57"})
_SIDES = frozenset({"LT", "RT", "50"})
_OFFICE_PLACES = frozenset({"02", "10", "11", "20", "22", "24"})
_PARTNERS = {column2: [(c1, indicator) for c1, c2, indicator in PAIRS if c2 == column2] for _, column2, _ in PAIRS}
_REMOTE_FAMILIES = frozenset({"visit", "behavioral"})


@dataclass(frozen=True, slots=True)
class Hazard:
    """A chance of denial; `line_number` is None when it strikes the whole claim, `carc` None when payers differ."""

    probability: float
    reason: Reason
    line_number: int | None = None
    carc: str | None = None

    def scaled(self, factor: float) -> "Hazard":
        return Hazard(self.probability * factor, self.reason, self.line_number, self.carc)


def find_hazards(claim: Claim, payer: SyntheticPayer, clinic: Clinic, month: int) -> list[Hazard]:
    """What follows from rules; the background of chance is `find_background`'s."""
    return [
        *_claim_hazards(claim, payer, clinic, month),
        *(hazard for line in claim.lines for hazard in _line_hazards(claim, line, payer, month)),
    ]


def find_background(claim: Claim, payer: SyntheticPayer, clinic: Clinic, month: int) -> list[Hazard]:
    """Weights of what no rule explains, before they are scaled to the payer's denial rate."""
    mood = payer.monthly_mood[month]
    registration = clinic.registration * mood
    hazards = [
        Hazard(0.32 * registration, Reason.ELIGIBILITY),
        Hazard(0.05 * registration, Reason.COORDINATION_OF_BENEFITS),
        Hazard(0.16 * mood, Reason.CLAIM_DATA),
        Hazard(0.05 * mood, Reason.OTHER),
    ]
    for line in claim.lines:
        scrutiny = payer.family_scrutiny[load_services()[line.procedure.code.compact].family] * mood
        hazards.append(Hazard(0.05 * scrutiny, Reason.DOCUMENTATION, line.line_number))
        hazards.append(Hazard(0.04 * scrutiny, Reason.MEDICAL_NECESSITY, line.line_number))
        hazards.append(Hazard(0.02 * scrutiny, Reason.NON_COVERED, line.line_number))
    return hazards


def _claim_hazards(claim: Claim, payer: SyntheticPayer, clinic: Clinic, month: int) -> Iterator[Hazard]:
    strict = payer.strictness
    if (claim.prepared_on - claim.lines[0].service_date).days > payer.filing_limit_days:
        yield Hazard(strict["timely"], Reason.TIMELY_FILING)
    first, last = clinic.unenrolled.get((claim.rendering_npi, claim.payer.payer_id), (1, 0))
    if first <= month <= last:
        yield Hazard(strict["provider"], Reason.PROVIDER)
    if claim.rendering_npi not in {clinician.npi for clinician in clinic.clinicians}:
        yield Hazard(strict["claim_data"], Reason.CLAIM_DATA)
    listed = len(claim.diagnoses)
    if any(pointer > listed for line in claim.lines for pointer in line.diagnosis_pointers):
        yield Hazard(strict["claim_data"], Reason.CLAIM_DATA, carc="16")
    if any(code.compact not in _DIAGNOSES for code in claim.diagnoses):
        yield Hazard(strict["diagnosis"], Reason.CODING, carc="146")


def _line_hazards(claim: Claim, line: ClaimLine, payer: SyntheticPayer, month: int) -> Iterator[Hazard]:
    code, number, strict = line.procedure.code.compact, line.line_number, payer.strictness
    if payer.authorization.get(code, month + 1) <= month:
        chance = 0.02 if claim.prior_authorization else strict["authorization"]
        yield Hazard(chance, Reason.AUTHORIZATION, number)
    if payer.not_covered.get(code, month + 1) <= month:
        yield Hazard(strict["not_covered"], Reason.NON_COVERED, number)
    if code in payer.record_requests:
        yield Hazard(payer.record_requests[code], Reason.DOCUMENTATION, number)
    yield from _coverage_hazards(claim, line, payer, month)
    yield from _unit_hazards(line, payer)
    yield from _bundling_hazards(claim, line, payer)
    yield from _coding_hazards(claim, line, payer)


def _coverage_hazards(claim: Claim, line: ClaimLine, payer: SyntheticPayer, month: int) -> Iterator[Hazard]:
    covered = payer.covered.get(line.procedure.code.compact)
    if covered is None or covered.month > month:
        return
    pointed = {claim.diagnoses[p - 1].category for p in line.diagnosis_pointers if p <= len(claim.diagnoses)}
    if not pointed & covered.categories:
        yield Hazard(payer.strictness["coverage"], Reason.MEDICAL_NECESSITY, line.line_number)


def _unit_hazards(line: ClaimLine, payer: SyntheticPayer) -> Iterator[Hazard]:
    code = line.procedure.code.compact
    published, _ = UNIT_LIMITS.get(code, (10**6, 0))
    if line.units > published:
        yield Hazard(payer.strictness["units"], Reason.UNITS, line.line_number)
    elif line.units > payer.unit_limits.get(code, published):
        yield Hazard(payer.strictness["units"] * 0.8, Reason.UNITS, line.line_number)


def _bundling_hazards(claim: Claim, line: ClaimLine, payer: SyntheticPayer) -> Iterator[Hazard]:
    code, strict = line.procedure.code.compact, payer.strictness
    others = {other.procedure.code.compact for other in claim.lines if other is not line}
    is_separate = bool(_SEPARATE.intersection(line.modifiers))
    for column1, indicator in _PARTNERS.get(code, ()):
        if column1 in others and indicator != 9 and not (indicator == 1 and is_separate):
            yield Hazard(strict["pair"], Reason.BUNDLING, line.line_number)
    if code in ADD_ONS and not others & set(ADD_ONS[code]):
        yield Hazard(strict["add_on"], Reason.BUNDLING, line.line_number, "B15")
    families = {load_services()[other].family for other in others}
    if load_services()[code].family == "visit" and not is_separate:
        if "minor" in families:
            yield Hazard(strict["separate_visit"], Reason.BUNDLING, line.line_number, "97")
        elif families & {"injection", "infusion"}:
            yield Hazard(strict["separate_visit"] * 0.2, Reason.BUNDLING, line.line_number, "97")


def _coding_hazards(claim: Claim, line: ClaimLine, payer: SyntheticPayer) -> Iterator[Hazard]:
    code, number, strict = line.procedure.code.compact, line.line_number, payer.strictness
    family = load_services()[code].family
    twins = Counter(
        (other.procedure.code.compact, other.modifiers) for other in claim.lines if other.line_number < number
    )
    if twins[code, line.modifiers]:
        yield Hazard(strict["duplicate"], Reason.DUPLICATE, number)
    if code in SIDED and not _SIDES.intersection(line.modifiers):
        yield Hazard(strict["side"], Reason.CODING, number, "4")
    if "ZZ" in line.modifiers:
        yield Hazard(strict["claim_data"], Reason.CODING, number, "182")
    if family == "visit" and line.place_of_service not in (("23",) if code.startswith("9928") else _OFFICE_PLACES):
        yield Hazard(strict["place"], Reason.CODING, number, "5")
    if line.place_of_service in TELEHEALTH_PLACES and family in _REMOTE_FAMILIES and "95" not in line.modifiers:
        yield Hazard(
            strict["telehealth"] * (0.9 if payer.wants_telehealth_modifier else 0.05), Reason.CODING, number, "4"
        )
    if claim.patient.status and code in WRONG_STATUS[claim.patient.status]:
        yield Hazard(strict["patient"], Reason.CODING, number, "B16")
    youngest, oldest = AGE_GROUPS.get(code, (0, 200))
    if claim.patient.age_years is not None and not youngest <= claim.patient.age_years <= oldest:
        yield Hazard(strict["patient"], Reason.CODING, number, "6")


_DIAGNOSES = frozenset(
    code.compact
    for kinds in load_encounter_kinds().values()
    for kind in kinds
    for code, _ in (*kind.first, *kind.further)
)
