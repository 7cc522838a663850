"""Rules on the build of a claim: required fields, pointers, duplicates."""

from collections import defaultdict
from collections.abc import Iterator

from data.claims import ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import DAILY_VISITS
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import claim_guide, claims_manual, icd10cm_guidelines

_MAX_POINTERS = 4
_MAX_PROFESSIONAL_DIAGNOSES = 12
_FREQUENCY_CODES = {"1": "original", "7": "replacement", "8": "void"}
_REPLACING = ("7", "8")
_SEPARATES_VISITS = modifiers_in(ModifierRole.SEPARATE_EVALUATION, ModifierRole.SAME_DAY_FACILITY)
_TELLS_APART = modifiers_in(
    ModifierRole.REPEAT, ModifierRole.SEPARATE_PROCEDURE, ModifierRole.STAGED, ModifierRole.SAME_DAY_FACILITY
)


@rule(
    "required.fields",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loops 2010AA, 2300, 2400; CMS-1500 and UB-04 items"),
    "A claim names its billing provider and a diagnosis; each line has what its form asks for.",
)
def required_fields(context: ClaimContext) -> Iterator[Finding]:
    claim = context.claim
    if not claim.billing_npi.strip():
        yield Finding("The billing provider's NPI is missing.", fields=("/billing_npi",))
    if not claim.diagnoses:
        yield Finding("The claim names no diagnosis; at least one is needed.", fields=("/diagnoses",))
    field, words = (
        ("place_of_service", "place of service") if context.is_professional else ("revenue_code", "revenue code")
    )
    for line in claim.lines:
        if getattr(line, field) is None:
            yield Finding(
                f"Line {line.line_number} has no {words}.", (line.line_number,), (context.field(line, field),)
            )


@rule(
    "claim.pointer_range",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2400 SV107"),
    "A line points to diagnoses that the claim lists.",
)
def pointer_range(context: ClaimContext) -> Iterator[Finding]:
    listed = len(context.diagnoses)
    for line in context.claim.lines:
        beyond = [pointer for pointer in line.diagnosis_pointers if pointer > listed]
        if beyond:
            shown = ", ".join(map(str, beyond))
            yield Finding(
                f"Line {line.line_number} points to diagnosis {shown}, but the claim lists {listed}.",
                (line.line_number,),
                (context.field(line, "diagnosis_pointers"),),
            )


@rule(
    "claim.pointer_count",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2400 SV107"),
    "A professional line points to one to four diagnoses, each once.",
)
def pointer_count(context: ClaimContext) -> Iterator[Finding]:
    if not context.is_professional:
        return
    for line in context.claim.lines:
        pointers = line.diagnosis_pointers
        if not pointers:
            problem = "points to no diagnosis"
        elif len(pointers) > _MAX_POINTERS:
            problem = f"points to {len(pointers)} diagnoses; {_MAX_POINTERS} fit"
        elif len(set(pointers)) < len(pointers):
            problem = "points to the same diagnosis twice"
        else:
            continue
        yield Finding(
            f"Line {line.line_number} {problem}.", (line.line_number,), (context.field(line, "diagnosis_pointers"),)
        )


@rule(
    "claim.diagnosis_count",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2300 HI"),
    "A professional claim lists at most twelve diagnoses.",
)
def diagnosis_count(context: ClaimContext) -> Iterator[Finding]:
    count = len(context.diagnoses)
    if context.is_professional and count > _MAX_PROFESSIONAL_DIAGNOSES:
        yield Finding(
            f"The claim lists {count} diagnoses; a professional claim holds {_MAX_PROFESSIONAL_DIAGNOSES}.",
            fields=("/diagnoses",),
        )


@rule(
    "claim.duplicate_diagnosis",
    Severity.WARN,
    Reason.CLAIM_DATA,
    icd10cm_guidelines("Section I.B.12"),
    "Each diagnosis is reported once for an encounter.",
)
def duplicate_diagnosis(context: ClaimContext) -> Iterator[Finding]:
    for position, code in enumerate(context.claim.diagnoses):
        first = context.claim.diagnoses.index(code)
        if first < position:
            yield Finding(
                f"{code} is listed as diagnosis {first + 1} and again as {position + 1}.",
                fields=(f"/diagnoses/{position}",),
            )


@rule(
    "claim.duplicate_line",
    Severity.DENY,
    Reason.DUPLICATE,
    claims_manual("Chapter 1, section 120: exact duplicates"),
    "Two lines of one day are not alike in procedure, modifiers and place, unless a modifier says why.",
)
def duplicate_line(context: ClaimContext) -> Iterator[Finding]:
    if len(context.claim.lines) == 1:
        return
    alike: dict[tuple[object, ...], list[ClaimLine]] = defaultdict(list)
    for line in context.claim.lines:
        if _TELLS_APART.isdisjoint(line.modifiers):
            key = (line.procedure.code, frozenset(line.modifiers), line.service_date, line.place_of_service)
            alike[key].append(line)
    for first, *others in alike.values():
        for line in others:
            yield Finding(
                f"Line {line.line_number} repeats line {first.line_number}: {first.procedure.code} on the same day, "
                "with the same modifiers and place.",
                (first.line_number, line.line_number),
                (context.field(line, "procedure"),),
            )


@rule(
    "claim.frequency_code",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2300 CLM05-3"),
    "A professional claim is an original (1), a replacement (7) or a void (8).",
)
def frequency_code(context: ClaimContext) -> Iterator[Finding]:
    code = context.claim.frequency_code
    if context.is_professional and code not in _FREQUENCY_CODES:
        yield Finding(f"Frequency code {code} is none of 1, 7 and 8.", fields=("/frequency_code",))


@rule(
    "claim.payer_control_number",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2300 REF*F8"),
    "A replacement (7) or void (8) names the payer's number of the claim that it replaces.",
)
def payer_control_number(context: ClaimContext) -> Iterator[Finding]:
    claim = context.claim
    if claim.frequency_code in _REPLACING and not (claim.payer_control_number or "").strip():
        yield Finding(
            f"The claim is a {_FREQUENCY_CODES[claim.frequency_code]} without the payer's claim control number.",
            fields=("/payer_control_number", "/frequency_code"),
        )


@rule(
    "claim.same_day_visits",
    Severity.WARN,
    Reason.BUNDLING,
    claims_manual("Chapter 12, section 30.6.5"),
    "Of several visits of a day to one clinician one is paid, unless 25 or 27 says that they were separate.",
)
def same_day_visits(context: ClaimContext) -> Iterator[Finding]:
    for day, lines in context.lines_by_day.items():
        visits = [line for line in lines if line.procedure.code.compact in DAILY_VISITS]
        if len(visits) < 2 or any(not _SEPARATES_VISITS.isdisjoint(line.modifiers) for line in visits):
            continue
        numbers = tuple(line.line_number for line in visits)
        yield Finding(
            f"Lines {', '.join(map(str, numbers))} are visits of {day}; one of them is paid.",
            numbers,
            (context.field(visits[-1], "modifiers"),),
        )


@rule(
    "claim.zero_charge",
    Severity.WARN,
    Reason.CLAIM_DATA,
    claim_guide("Loop 2400 SV102"),
    "A line has a charge.",
)
def zero_charge(context: ClaimContext) -> Iterator[Finding]:
    for line in context.claim.lines:
        if line.charge_cents == 0 and not line.procedure.code.compact.endswith("F"):
            yield Finding(
                f"Line {line.line_number} bills {line.procedure.code} without a charge.",
                (line.line_number,),
                (context.field(line, "charge_cents"),),
            )


RULES = (
    required_fields,
    pointer_range,
    pointer_count,
    diagnosis_count,
    duplicate_diagnosis,
    duplicate_line,
    frequency_code,
    payer_control_number,
    same_day_visits,
    zero_charge,
)
