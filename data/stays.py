"""An inpatient stay as groupers read it, and the diagnosis-related group that it falls into."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.codes import Icd10Cm, Icd10Pcs
from data.notes import Sex
from data.noun import Diagnosis, Flag, Noun

HOME = "01"
EXPIRED = frozenset({"20", "40", "41", "42"})
DischargeStatus = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class GroupingError(ValueError):
    """The stay falls into no group; the message says why and names codes only."""


class GrouperMissingError(RuntimeError):
    """The grouper's package is not installed."""


@dataclass(frozen=True, slots=True)
class Stay:
    """`discharge_status` is the patient discharge status of the UB-04, form locator 17: "01" is home."""

    principal: Icd10Cm
    discharged_on: date
    secondary: tuple[Icd10Cm, ...] = ()
    procedures: tuple[Icd10Pcs, ...] = ()
    sex: Sex = Sex.UNKNOWN
    age_years: int | None = None
    discharge_status: str = HOME

    @property
    def is_alive(self) -> bool:
        return self.discharge_status not in EXPIRED


class Level(StrEnum):
    """How CMS ranks a secondary diagnosis: major complication or comorbidity, one, or none."""

    MCC = "mcc"
    CC = "cc"
    NONE = "none"


class GroupKind(StrEnum):
    MEDICAL = "medical"
    SURGICAL = "surgical"


class Group(Noun):
    """A diagnosis-related group. `mdc` is empty where the group comes before all major diagnostic categories.

    `weight` is the relative weight where the grouper's package holds one.
    """

    drg: str
    title: str
    mdc: str = ""
    kind: GroupKind
    weight: float | None = None


class SecondaryDiagnosis(Noun):
    """`is_excluded`: its level doesn't count beside this principal diagnosis, in this group, or after a death.

    `drg_without` is the group of the stay without the diagnosis.
    """

    code: Diagnosis
    level: Level
    is_excluded: Flag = False
    drg_without: str
    changes_group: Flag


class Grouping(Noun):
    """What a stay falls into, and what each secondary diagnosis does to that."""

    version: str
    principal: Diagnosis
    procedures: tuple[str, ...] = ()
    discharge_status: DischargeStatus
    group: Group
    secondary: tuple[SecondaryDiagnosis, ...] = ()
