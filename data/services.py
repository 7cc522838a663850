"""Services that a claim can bill: one CPT or HCPCS number, and what tells it from its siblings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.codes import ProcedureCode


class FamilyKind(StrEnum):
    """What counts as proof that a service of the family was rendered.

    visit     the note as a whole (evaluation and management)
    act       words that say it was done, or a procedure section
    session   as an act; a title that names it says that it was held
    talk      as an act; saying that it was discussed says that it was done
    test      its result: it is run where the patient is seen
    lab       as a test, but only in a laboratory or when run in house
    imaging   an interpretation or report by the billing side
    drug      a dose that was given
    vaccine   a product that was given
    supply    an item that was dispensed or applied
    derived   never found by words: it follows from another service
    """

    VISIT = "visit"
    ACT = "act"
    SESSION = "session"
    TALK = "talk"
    TEST = "test"
    LAB = "lab"
    IMAGING = "imaging"
    DRUG = "drug"
    VACCINE = "vaccine"
    SUPPLY = "supply"
    DERIVED = "derived"


class Merge(StrEnum):
    """How several findings of one family in one encounter become lines.

    one    a single service, the most extensive that is documented
    each   one service for each thing done
    sum    numbers of like findings add up (lesions, wound lengths) before the service is chosen
    """

    ONE = "one"
    EACH = "each"
    SUM = "sum"


class Rounding(StrEnum):
    """up: any started part counts; half: more than half of a part; full: only a completed part."""

    UP = "up"
    HALF = "half"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Interval:
    """low <= x <= high, compared at the precision that the service is defined in (0.1 cm, 1 minute, 1 year)."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high):
            raise ValueError("a range goes from low to high and starts at zero or above")

    def __contains__(self, value: float) -> bool:
        return self.low <= round(value, 1) <= self.high

    def __str__(self) -> str:
        high = "" if math.isinf(self.high) else f"{self.high:g}"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}..{high}"


Choice = frozenset[str] | Interval


class UnitKind(StrEnum):
    """once: always 1; count: as many as documented; named: one for each different name ("PHQ-9 and GAD-7");
    timed: 15-minute units by the 8-minute rule; extra: beyond what the parent covers; dose: the drug's billing unit."""

    ONCE = "once"
    COUNT = "count"
    NAMED = "named"
    TIMED = "timed"
    EXTRA = "extra"
    DOSE = "dose"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """How documentation becomes billed units.

    `extra` bills parts of size `per` of `measure` beyond `first`; `dose` bills parts of `per` `measure`, such as 10 mg.
    """

    kind: UnitKind = UnitKind.ONCE
    measure: str = ""
    first: float = 0
    per: float = 1
    rounding: Rounding = Rounding.UP

    def __post_init__(self) -> None:
        if self.per <= 0 or self.first < 0:
            raise ValueError("a unit has a size above zero")

    def parts(self, amount: float) -> int:
        """Parts of `per` in what `amount` has beyond `first`; never negative."""
        portion = round((amount - self.first) / self.per, 6)
        if portion <= 0:
            return 0
        match self.rounding:
            case Rounding.UP:
                return math.ceil(portion)
            case Rounding.HALF:
                return math.ceil(portion - 0.5)
            case Rounding.FULL:
                return math.floor(portion)


class GlobalPeriod(StrEnum):
    """Post-operative period of the fee schedule: days, or why days do not apply."""

    NONE = "XXX"
    ZERO = "000"
    TEN = "010"
    NINETY = "090"
    MATERNITY = "MMM"
    ADD_ON = "ZZZ"
    CONTRACTOR = "YYY"

    @property
    def days(self) -> int | None:
        return int(self.value) if self.value.isdigit() else None


class Sides(StrEnum):
    """Whether a side modifier applies: never, always (paired organ), or when the documented site is paired."""

    NONE = "none"
    PAIRED = "paired"
    BY_SITE = "by_site"


# Beginnings of the ICD-10-CM codes for which something is usually rendered, in ranks, the likelier first.
Reasons = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Services that answer the same words and differ by attributes."""

    key: str
    title: str
    kind: FamilyKind
    merge: Merge
    sides: Sides
    split_by: tuple[str, ...]
    is_split_in_components: bool
    defaults: Mapping[str, str]
    places: frozenset[str]
    cues: tuple[str, ...]
    indications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Words for one value of an attribute; `is_paired` when the body part has a left and a right."""

    attribute: str
    value: str
    is_paired: bool
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One billable service under our own plain-language name.

    `cues` are the ways clinicians write it beyond the family's; `places` are place-of-service codes, empty for any.
    """

    code: ProcedureCode
    name: str
    family: str
    attributes: Mapping[str, Choice]
    cues: tuple[str, ...]
    unit_rule: UnitRule
    parents: tuple[ProcedureCode, ...]
    global_period: GlobalPeriod
    places: frozenset[str]
    valid_from: date | None
    valid_to: date | None

    @property
    def is_add_on(self) -> bool:
        return bool(self.parents)

    @property
    def global_days(self) -> int | None:
        return self.global_period.days

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def overlaps(self, other: "Service") -> bool:
        """Whether both are valid on some day."""
        starts = max(self.valid_from or date.min, other.valid_from or date.min)
        return starts <= min(self.valid_to or date.max, other.valid_to or date.max)
