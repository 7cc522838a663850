"""What the gate says about a version: passed or not, every objection with the check that made it, and the measures."""

from enum import StrEnum

from pydantic import Field

from data.noun import Flag, Identifier, Noun, UtcTime


class Check(StrEnum):
    """What a version was held against."""

    MEASURED = "measured"
    COLLAPSE = "collapse"
    LEAK = "leak"
    FROZEN_SET = "frozen_set"
    NEWEST = "newest"
    SEGMENT = "segment"
    CALIBRATION = "calibration"
    LATENCY = "latency"
    SIZE = "size"
    TRAPS = "traps"


class Objection(Noun):
    """`text` names measures and segments, never a case."""

    check: Check
    text: str

    def __str__(self) -> str:
        return self.text


class Findings(Noun):
    """What one part of the gate found; parts add up."""

    objections: tuple[Objection, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(objections=(*self.objections, *other.objections), measures={**self.measures, **other.measures})


class Verdict(Noun):
    """`champion` is what it was compared with, None where there was nothing; `remarks` say what was unusual."""

    name: Identifier
    challenger: Identifier
    champion: Identifier | None = None
    judged_at: UtcTime | None = None
    is_passed: Flag
    objections: tuple[Objection, ...] = ()
    remarks: tuple[str, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict)

    @property
    def checks(self) -> frozenset[Check]:
        """The checks that objected."""
        return frozenset(objection.check for objection in self.objections)
