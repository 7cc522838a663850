"""Under which keys a claim line is counted for each of its aspects."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from math import isnan
from typing import NamedTuple

from data.claims import Claim, ClaimLine
from data.modifiers import ModifierRole, modifiers_in
from models.denial.aspects import Aspect
from models.denial.tokens import combine, token

_UNIT_LIMITS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100)
_INTERVALS = (0, 7, 14, 30, 60, 90, 180, 365)
_NEVER_BEFORE = len(_INTERVALS) + 1
_SEPARATING = modifiers_in(ModifierRole.SEPARATE_PROCEDURE, ModifierRole.SEPARATE_EVALUATION)
_TELEHEALTH = modifiers_in(ModifierRole.TELEHEALTH)
_MAX_PARTNERS = 8
# Smaller numbers are those of keys.py.
_ASPECT = 100


class AspectKey(NamedTuple):
    """`own` counts for the payer alone, `shared` for all payers."""

    aspect: Aspect
    own: int
    shared: int


@lru_cache(maxsize=131_072)
def aspect_key(aspect: Aspect, payer: int, value: int) -> AspectKey:
    return AspectKey(aspect, combine(_ASPECT + aspect, payer, value), combine(_ASPECT + aspect, value))


@lru_cache(maxsize=131_072)
def service_aspects(payer: int, procedure: int, category: str, authorized: bool) -> tuple[AspectKey, ...]:
    """AUTHORIZATION to RECORDS, and CHAPTER."""
    return (
        aspect_key(Aspect.AUTHORIZATION, payer, combine(procedure, authorized)),
        aspect_key(Aspect.DIAGNOSIS, payer, combine(procedure, token(category))),
        aspect_key(Aspect.BENEFIT, payer, procedure),
        aspect_key(Aspect.RECORDS, payer, procedure),
        aspect_key(Aspect.CHAPTER, payer, combine(procedure, token(category[:1]))),
    )


@lru_cache(maxsize=131_072)
def form_aspects(
    payer: int, procedure: int, modifiers: tuple[str, ...], place_of_service: str | None, units: int
) -> tuple[AspectKey, ...]:
    """MODIFIERS to UNITS."""
    place = token(place_of_service or "")
    return (
        aspect_key(Aspect.MODIFIERS, payer, combine(procedure, token(" ".join(sorted(modifiers))))),
        aspect_key(Aspect.PLACE, payer, combine(procedure, place)),
        aspect_key(Aspect.TELEHEALTH, payer, combine(place, not _TELEHEALTH.isdisjoint(modifiers))),
        aspect_key(Aspect.UNITS, payer, combine(procedure, bisect_left(_UNIT_LIMITS, units))),
    )


def context_aspects(
    claim: Claim, line: ClaimLine, payer: int, procedure: int, days_since: float
) -> tuple[AspectKey, ...]:
    """COMPANY to INTERVAL. `days_since` the patient's last such service; NaN where there was none."""
    is_alone, authorized = len(claim.lines) == 1, claim.prior_authorization is not None
    place = token(line.place_of_service or "")
    interval = _NEVER_BEFORE if isnan(days_since) else bisect_left(_INTERVALS, days_since)
    return (
        aspect_key(Aspect.COMPANY, payer, combine(procedure, is_alone, _is_separate(line))),
        aspect_key(Aspect.SITE, payer, combine(procedure, place, authorized)),
        aspect_key(Aspect.INTERVAL, payer, combine(procedure, interval)),
    )


def several_aspects(
    claim: Claim, line: ClaimLine, payer: int, procedure: int, categories: Collection[str]
) -> Mapping[Aspect, Sequence[AspectKey]]:
    """The keys of SEVERAL_ASPECTS, any number of each. `categories` are those that the line points to."""
    return {
        Aspect.PARTNER: [aspect_key(Aspect.PARTNER, payer, value) for value in _partners(claim, line, procedure)],
        Aspect.MODIFIER: [aspect_key(Aspect.MODIFIER, payer, token(modifier)) for modifier in {*line.modifiers}],
        Aspect.SUPPORT: [
            aspect_key(Aspect.SUPPORT, payer, combine(procedure, token(category))) for category in {*categories}
        ],
    }


def pointed_categories(claim: Claim, line: ClaimLine) -> list[str]:
    """Of the diagnoses that the line points to, in its order."""
    listed = len(claim.diagnoses)
    return [claim.diagnoses[pointer - 1].category for pointer in line.diagnosis_pointers if pointer <= listed]


def _partners(claim: Claim, line: ClaimLine, procedure: int) -> list[int]:
    """The line's procedure with each other one of the day, and whether a modifier separates them."""
    if len(claim.lines) == 1:
        return []
    others = {
        token(other.procedure.code.compact)
        for other in claim.lines
        if other is not line and other.service_date == line.service_date
    }
    return [combine(procedure, other, _is_separate(line)) for other in sorted(others)[:_MAX_PARTNERS]]


def _is_separate(line: ClaimLine) -> bool:
    return not _SEPARATING.isdisjoint(line.modifiers)
