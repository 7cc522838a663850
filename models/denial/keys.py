"""Under which keys a claim line is counted: by payer, procedure, provider and so on, and by aspect."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from data.claims import Claim, ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from data.reviews import Edit, Severity
from models.denial.aspects import Aspect
from models.denial.tokens import combine, token
from models.denial.touched import touched_lines

_LAG_LIMITS = (30, 60, 90, 120, 180, 365)
_UNIT_LIMITS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100)
_SEPARATING = modifiers_in(ModifierRole.SEPARATE_PROCEDURE, ModifierRole.SEPARATE_EVALUATION)
_TELEHEALTH = modifiers_in(ModifierRole.TELEHEALTH)
_COUNTED = frozenset({Severity.REJECT, Severity.DENY, Severity.WARN})
_MAX_PARTNERS = 8
# What a key counts; the aspects take the numbers from 100 on.
_OVERALL, _PAYER, _PROCEDURE, _DIAGNOSIS, _PROVIDER, _CLINIC, _RULE, _CHARGE, _AUTHORIZATION, _LAG = range(1, 11)
_ASPECT = 100


class AspectKey(NamedTuple):
    """`own` counts for the payer alone, `shared` for all payers."""

    aspect: Aspect
    own: int
    shared: int


class LineKeys(NamedTuple):
    """Keys of one line. Those of `partners` and `rules` are many: one a service of the day, one a finding."""

    overall: int
    payer: int
    procedure: int
    payer_procedure: int
    payer_procedure_authorization: int
    payer_procedure_diagnosis: int
    payer_diagnosis: int
    procedure_diagnosis: int
    payer_provider: int
    provider: int
    payer_clinic: int
    clinic: int
    clinic_procedure: int
    payer_lag: int
    aspects: tuple[AspectKey, ...]
    partners: tuple[AspectKey, ...]
    rules: tuple[tuple[int, int], ...]

    def of_any_cause(self) -> tuple[int, ...]:
        """The keys that count denials for whatever cause, rules included."""
        return (*self.single(), *(key for pair in self.rules for key in pair))

    def single(self) -> tuple[int, ...]:
        """The first fourteen fields, in their order."""
        return (
            *(self.overall, self.payer, self.procedure, self.payer_procedure, self.payer_procedure_authorization),
            *(self.payer_procedure_diagnosis, self.payer_diagnosis, self.procedure_diagnosis, self.payer_provider),
            *(self.provider, self.payer_clinic, self.clinic, self.clinic_procedure, self.payer_lag),
        )


def line_keys(claim: Claim, edits: Sequence[Edit]) -> list[LineKeys]:
    """One for each line, in the claim's order."""
    payer = token(claim.payer.payer_id)
    rules = _rules_by_line(claim, edits)
    return [_keys_of(claim, line, payer, rules[line.line_number]) for line in claim.lines]


def payer_key(payer_id: str) -> int:
    return combine(_PAYER, token(payer_id))


def charge_key(line: ClaimLine) -> int:
    return combine(_CHARGE, token(line.procedure.code.compact))


def lag_days(claim: Claim, service_date: date) -> int:
    return max(0, (claim.prepared_on - service_date).days)


def _keys_of(claim: Claim, line: ClaimLine, payer: int, rules: Sequence[int]) -> LineKeys:
    procedure, diagnosis = token(line.procedure.code.compact), token(_first_category(claim, line))
    provider, clinic = token(claim.rendering_npi), token(claim.billing_npi)
    authorized = claim.prior_authorization is not None
    lag = bisect_left(_LAG_LIMITS, lag_days(claim, line.service_date))
    return LineKeys(
        *_service_keys(payer, procedure, diagnosis, authorized),
        *_sender_keys(payer, procedure, provider, clinic),
        payer_lag=combine(_LAG, payer, lag),
        aspects=(
            *_service_aspects(payer, procedure, diagnosis, authorized),
            *_line_aspects(payer, procedure, line.modifiers, line.place_of_service, line.units),
            _aspect_key(Aspect.PROVIDER, payer, provider),
            _aspect_key(Aspect.LAG, payer, lag),
            _aspect_key(Aspect.CLINIC, payer, clinic),
        ),
        partners=tuple([_aspect_key(Aspect.PARTNER, payer, value) for value in _partners(claim, line, procedure)]),
        rules=tuple([(combine(_RULE, payer, rule), combine(_RULE, rule)) for rule in rules]),
    )


@lru_cache(maxsize=131_072)
def _service_keys(
    payer: int, procedure: int, diagnosis: int, authorized: bool
) -> tuple[int, int, int, int, int, int, int, int]:
    """`overall` to `procedure_diagnosis` of LineKeys."""
    pair = combine(_PROCEDURE, payer, procedure)
    return (
        _OVERALL,
        combine(_PAYER, payer),
        combine(_PROCEDURE, procedure),
        pair,
        combine(_AUTHORIZATION, pair, authorized),
        combine(_DIAGNOSIS, pair, diagnosis),
        combine(_DIAGNOSIS, payer, diagnosis),
        combine(_DIAGNOSIS, _PROCEDURE, procedure, diagnosis),
    )


@lru_cache(maxsize=131_072)
def _sender_keys(payer: int, procedure: int, provider: int, clinic: int) -> tuple[int, int, int, int, int]:
    """`payer_provider` to `clinic_procedure` of LineKeys."""
    return (
        combine(_PROVIDER, payer, provider),
        combine(_PROVIDER, provider),
        combine(_CLINIC, payer, clinic),
        combine(_CLINIC, clinic),
        combine(_CLINIC, _PROCEDURE, clinic, procedure),
    )


@lru_cache(maxsize=131_072)
def _service_aspects(payer: int, procedure: int, diagnosis: int, authorized: bool) -> tuple[AspectKey, ...]:
    """AUTHORIZATION to RECORDS."""
    return (
        _aspect_key(Aspect.AUTHORIZATION, payer, combine(procedure, authorized)),
        _aspect_key(Aspect.DIAGNOSIS, payer, combine(procedure, diagnosis)),
        _aspect_key(Aspect.BENEFIT, payer, procedure),
        _aspect_key(Aspect.RECORDS, payer, procedure),
    )


@lru_cache(maxsize=131_072)
def _line_aspects(
    payer: int, procedure: int, modifiers: tuple[str, ...], place_of_service: str | None, units: int
) -> tuple[AspectKey, ...]:
    """MODIFIERS to UNITS."""
    place = token(place_of_service or "")
    return (
        _aspect_key(Aspect.MODIFIERS, payer, combine(procedure, token(" ".join(sorted(modifiers))))),
        _aspect_key(Aspect.PLACE, payer, combine(procedure, place)),
        _aspect_key(Aspect.TELEHEALTH, payer, combine(place, not _TELEHEALTH.isdisjoint(modifiers))),
        _aspect_key(Aspect.UNITS, payer, combine(procedure, bisect_left(_UNIT_LIMITS, units))),
    )


@lru_cache(maxsize=131_072)
def _aspect_key(aspect: Aspect, payer: int, value: int) -> AspectKey:
    return AspectKey(aspect, combine(_ASPECT + aspect, payer, value), combine(_ASPECT + aspect, value))


def _first_category(claim: Claim, line: ClaimLine) -> str:
    """The category of the first diagnosis that the line points to; empty when it points nowhere."""
    for pointer in line.diagnosis_pointers:
        if pointer <= len(claim.diagnoses):
            return claim.diagnoses[pointer - 1].category
    return ""


def _partners(claim: Claim, line: ClaimLine, procedure: int) -> list[int]:
    """The line's procedure with each other one of the day, and whether a modifier separates them."""
    is_separate = not _SEPARATING.isdisjoint(line.modifiers)
    if len(claim.lines) == 1:
        return []
    others = {
        token(other.procedure.code.compact)
        for other in claim.lines
        if other is not line and other.service_date == line.service_date
    }
    return [combine(procedure, other, is_separate) for other in sorted(others)[:_MAX_PARTNERS]]


def _rules_by_line(claim: Claim, edits: Sequence[Edit]) -> dict[int, list[int]]:
    """Tokens of the rules whose findings touch each line."""
    found: dict[int, set[int]] = {line.line_number: set() for line in claim.lines}
    for edit in edits:
        if edit.severity in _COUNTED:
            for number in touched_lines(claim, edit):
                found[number].add(token(edit.rule_id))
    return {number: sorted(rules) for number, rules in found.items()}
