"""The table of medical decision making: three elements, of which two decide."""

from enum import IntEnum


class Level(IntEnum):
    """Complexity of decisions, and of each element that makes it."""

    STRAIGHTFORWARD = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def word(self) -> str:
        return self.name.lower()


TABLE_SOURCE = "CPT E/M guidelines, table of medical decision making (2023)"
TIME_SOURCE = "CPT E/M guidelines, total time on the date of the encounter (2023)"


def decide_level(problems: Level, data: Level, risk: Level) -> Level:
    """The highest level that two of the three elements meet or exceed."""
    return sorted((problems, data, risk))[1]
