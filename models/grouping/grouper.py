"""What any MS-DRG grouper answers, and what each secondary diagnosis changes in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from data.codes import Icd10Cm
from data.stays import Group, Grouping, Level, SecondaryDiagnosis, Stay


@dataclass(frozen=True, slots=True)
class Ranked:
    """The CC or MCC level of a secondary diagnosis, and whether it counts in its stay."""

    code: Icd10Cm
    level: Level
    is_excluded: bool = False


class Grouper(Protocol):
    """All raise GroupingError, or GrouperMissingError when there is no package to ask."""

    def version_of(self, stay: Stay) -> str:
        """The version in force on the day of discharge, such as "MS-DRG v43"."""
        ...

    def group(self, stays: Sequence[Stay]) -> list[Group]: ...

    def rank_secondary(self, stay: Stay, group: Group) -> list[Ranked]: ...


def explain_group(grouper: Grouper, stay: Stay) -> Grouping:
    """The group with the effect of each secondary diagnosis. Groups one stay more than there are such diagnoses."""
    group, *others = grouper.group([stay, *(_without(stay, code) for code in stay.secondary)])
    ranks = grouper.rank_secondary(stay, group)
    return Grouping(
        version=grouper.version_of(stay),
        principal=stay.principal,
        procedures=tuple(code.dotted for code in stay.procedures),
        discharge_status=stay.discharge_status,
        group=group,
        secondary=tuple(_effect(rank, other, group) for rank, other in zip(ranks, others, strict=True)),
    )


def _without(stay: Stay, code: Icd10Cm) -> Stay:
    return replace(stay, secondary=tuple(other for other in stay.secondary if other != code))


def _effect(rank: Ranked, other: Group, group: Group) -> SecondaryDiagnosis:
    return SecondaryDiagnosis(
        code=rank.code,
        level=rank.level,
        is_excluded=rank.is_excluded,
        drg_without=other.drg,
        changes_group=other.drg != group.drg,
    )
