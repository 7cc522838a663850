"""Aspects of a claim line that payers judge one by one, each with the causes of denial that speak of it.

A rate of one cause is free of the noise of all others: how often this payer misses an authorization for this procedure
does not depend on how often its members lose their coverage.
"""

from collections.abc import Mapping
from enum import IntEnum

from data.reviews import ReasonCategory as Reason


class Aspect(IntEnum):
    """The numbers are part of trained artefacts: append, never renumber."""

    AUTHORIZATION = 1
    DIAGNOSIS = 2
    BENEFIT = 3
    RECORDS = 4
    MODIFIERS = 5
    PLACE = 6
    TELEHEALTH = 7
    UNITS = 8
    PROVIDER = 9
    LAG = 10
    CLINIC = 11
    PARTNER = 12
    CHAPTER = 13
    COMPANY = 14
    SITE = 15
    INTERVAL = 16
    MODIFIER = 17
    SUPPORT = 18


CAUSES: Mapping[Aspect, frozenset[Reason]] = {
    Aspect.AUTHORIZATION: frozenset({Reason.AUTHORIZATION}),
    Aspect.DIAGNOSIS: frozenset({Reason.MEDICAL_NECESSITY, Reason.NON_COVERED, Reason.CODING}),
    Aspect.BENEFIT: frozenset({Reason.NON_COVERED}),
    Aspect.RECORDS: frozenset({Reason.DOCUMENTATION, Reason.MEDICAL_NECESSITY}),
    Aspect.MODIFIERS: frozenset({Reason.CODING, Reason.BUNDLING, Reason.DUPLICATE}),
    Aspect.PLACE: frozenset({Reason.CODING, Reason.NON_COVERED}),
    Aspect.TELEHEALTH: frozenset({Reason.CODING}),
    Aspect.UNITS: frozenset({Reason.UNITS, Reason.NON_COVERED}),
    Aspect.PROVIDER: frozenset({Reason.PROVIDER, Reason.CLAIM_DATA}),
    Aspect.LAG: frozenset({Reason.TIMELY_FILING}),
    Aspect.CLINIC: frozenset({Reason.ELIGIBILITY, Reason.COORDINATION_OF_BENEFITS, Reason.CLAIM_DATA}),
    Aspect.PARTNER: frozenset({Reason.BUNDLING}),
    Aspect.CHAPTER: frozenset({Reason.MEDICAL_NECESSITY, Reason.NON_COVERED, Reason.CODING}),
    Aspect.COMPANY: frozenset({Reason.BUNDLING, Reason.CODING}),
    Aspect.SITE: frozenset({Reason.AUTHORIZATION}),
    Aspect.INTERVAL: frozenset({Reason.UNITS, Reason.NON_COVERED, Reason.DUPLICATE}),
    Aspect.MODIFIER: frozenset({Reason.CODING, Reason.BUNDLING, Reason.DUPLICATE}),
    Aspect.SUPPORT: frozenset({Reason.MEDICAL_NECESSITY, Reason.NON_COVERED, Reason.CODING}),
}
# Of these a line has any number, of the others one each.
SEVERAL_ASPECTS = (Aspect.PARTNER, Aspect.MODIFIER, Aspect.SUPPORT)
SINGLE_ASPECTS = tuple(aspect for aspect in Aspect if aspect not in SEVERAL_ASPECTS)
# What payers refuse for the member's sake, whatever the service.
MEMBERSHIP = frozenset({Reason.ELIGIBILITY, Reason.COORDINATION_OF_BENEFITS})
