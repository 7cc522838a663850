"""On which day each patient had each service last, by hashes of both."""

from collections.abc import Iterator, Mapping
from math import nan

from data.claims import Claim, ClaimLine
from data.days import day_number
from models.denial.tokens import combine, token


class ServiceBook:
    """Days (since 1970-01-01) by key."""

    def __init__(self, days: Mapping[int, int] | None = None) -> None:
        self._days = dict(days or {})

    def items(self) -> Iterator[tuple[int, int]]:
        return iter(self._days.items())

    def see(self, claim: Claim, line: ClaimLine) -> None:
        key, day = _key(claim, line), day_number(line.service_date)
        self._days[key] = max(day, self._days.get(key, day))

    def days_since(self, claim: Claim, line: ClaimLine) -> float:
        """From the patient's last such service, on other claims, to that of the line; NaN where none is known."""
        last = self._days.get(_key(claim, line))
        return nan if last is None else abs(day_number(line.service_date) - last)


def _key(claim: Claim, line: ClaimLine) -> int:
    return combine(token(claim.patient.patient_id), token(line.procedure.code.compact))
