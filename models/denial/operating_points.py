"""At which probability a claim is held, by what the operator cares for."""

from enum import StrEnum


class OperatingPoint(StrEnum):
    """high_recall finds four denials of five; balanced has the best F1; high_precision is right four times of five."""

    HIGH_RECALL = "high_recall"
    BALANCED = "balanced"
    HIGH_PRECISION = "high_precision"
