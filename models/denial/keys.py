"""Under which keys a claim line is counted: by payer, procedure, provider and so on, and by aspect."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from data.claims import Claim, ClaimLine
from data.reviews import Edit, Severity
from models.denial.aspect_keys import (
    AspectKey,
    aspect_key,
    context_aspects,
    form_aspects,
    pointed_categories,
    service_aspects,
    several_aspects,
)
from models.denial.aspects import SEVERAL_ASPECTS, Aspect
from models.denial.services import ServiceBook
from models.denial.tokens import combine, token
from models.denial.touched import touched_lines

_LAG_LIMITS = (30, 60, 90, 120, 180, 365)
_COUNTED = frozenset({Severity.REJECT, Severity.DENY, Severity.WARN})
# What a key counts; the aspects take the numbers from 100 on.
_OVERALL, _PAYER, _PROCEDURE, _DIAGNOSIS, _PROVIDER, _CLINIC, _RULE, _CHARGE, _AUTHORIZATION, _LAG, _PATIENT = range(
    1, 12
)


class LineKeys(NamedTuple):
    """Keys of one line: of `aspects` one for each of SINGLE_ASPECTS in their order, of `rules` one pair a finding.

    `patient` is the member of the payer; it is counted in a book of its own. `days_since` the patient's last such
    service; NaN where there was none.
    """

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
    several: Mapping[Aspect, Sequence[AspectKey]]
    rules: tuple[tuple[int, int], ...]
    patient: int
    days_since: float

    def of_any_cause(self) -> tuple[int, ...]:
        """The keys that count denials for whatever cause, rules included."""
        return (*self.single(), *(key for pair in self.rules for key in pair))

    def of_aspects(self) -> tuple[AspectKey, ...]:
        """The keys that count denials for the cause of their aspect."""
        return (*self.aspects, *(key for aspect in SEVERAL_ASPECTS for key in self.several[aspect]))

    def single(self) -> tuple[int, ...]:
        """The first fourteen fields, in their order."""
        return (
            *(self.overall, self.payer, self.procedure, self.payer_procedure, self.payer_procedure_authorization),
            *(self.payer_procedure_diagnosis, self.payer_diagnosis, self.procedure_diagnosis, self.payer_provider),
            *(self.provider, self.payer_clinic, self.clinic, self.clinic_procedure, self.payer_lag),
        )


def line_keys(claim: Claim, edits: Sequence[Edit], services: ServiceBook) -> list[LineKeys]:
    """One for each line, in the claim's order; `services` are those of other claims."""
    payer = token(claim.payer.payer_id)
    rules = _rules_by_line(claim, edits)
    return [_keys_of(claim, line, payer, rules[line.line_number], services) for line in claim.lines]


def payer_key(payer_id: str) -> int:
    return combine(_PAYER, token(payer_id))


def charge_key(line: ClaimLine) -> int:
    return combine(_CHARGE, token(line.procedure.code.compact))


def lag_days(claim: Claim, service_date: date) -> int:
    return max(0, (claim.prepared_on - service_date).days)


def _keys_of(claim: Claim, line: ClaimLine, payer: int, rules: Sequence[int], services: ServiceBook) -> LineKeys:
    procedure, categories = token(line.procedure.code.compact), pointed_categories(claim, line)
    category = categories[0] if categories else ""
    provider, clinic = token(claim.rendering_npi), token(claim.billing_npi)
    authorized = claim.prior_authorization is not None
    lag = bisect_left(_LAG_LIMITS, lag_days(claim, line.service_date))
    days_since = services.days_since(claim, line)
    *of_service, chapter = service_aspects(payer, procedure, category, authorized)
    return LineKeys(
        *_service_keys(payer, procedure, token(category), authorized),
        *_sender_keys(payer, procedure, provider, clinic),
        payer_lag=combine(_LAG, payer, lag),
        aspects=(
            *of_service,
            *form_aspects(payer, procedure, line.modifiers, line.place_of_service, line.units),
            aspect_key(Aspect.PROVIDER, payer, provider),
            aspect_key(Aspect.LAG, payer, lag),
            aspect_key(Aspect.CLINIC, payer, clinic),
            chapter,
            *context_aspects(claim, line, payer, procedure, days_since),
        ),
        several=several_aspects(claim, line, payer, procedure, categories),
        rules=tuple([(combine(_RULE, payer, rule), combine(_RULE, rule)) for rule in rules]),
        patient=combine(_PATIENT, payer, services.pseudonym(claim)),
        days_since=days_since,
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


def _rules_by_line(claim: Claim, edits: Sequence[Edit]) -> dict[int, list[int]]:
    """Tokens of the rules whose findings touch each line."""
    found: dict[int, set[int]] = {line.line_number: set() for line in claim.lines}
    for edit in edits:
        if edit.severity in _COUNTED:
            for number in touched_lines(claim, edit):
                found[number].add(token(edit.rule_id))
    return {number: sorted(rules) for number, rules in found.items()}
