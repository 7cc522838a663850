"""On which day each patient had each service last, by pseudonyms of patients."""

import hmac
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import nan

from data.claims import Claim, ClaimLine
from data.days import day_number
from models.denial.tokens import combine, token


class ServiceBook:
    """Days (since 1970-01-01) by key. Without the secret with which a book was filled nobody is found in it."""

    def __init__(self, days: Mapping[int, int] | None = None, secret: bytes = b"") -> None:
        self._days, self._secret = dict(days or {}), secret

    def items(self) -> Iterator[tuple[int, int]]:
        return iter(self._days.items())

    def pseudonym(self, claim: Claim) -> int:
        """A number of 64 bits for the patient (HMAC-SHA-256)."""
        return _pseudonym(self._secret, claim.patient.patient_id)

    def see(self, claim: Claim, line: ClaimLine) -> None:
        key, day = self._key(claim, line), day_number(line.service_date)
        self._days[key] = max(day, self._days.get(key, day))

    def days_since(self, claim: Claim, line: ClaimLine) -> float:
        """From the patient's last such service, on other claims, to that of the line; NaN where none is known."""
        last = self._days.get(self._key(claim, line))
        return nan if last is None else abs(day_number(line.service_date) - last)

    def _key(self, claim: Claim, line: ClaimLine) -> int:
        return combine(self.pseudonym(claim), token(line.procedure.code.compact))


@lru_cache(maxsize=1)
def _pseudonym(secret: bytes, patient_id: str) -> int:
    """The lines of a claim ask one after the other; no other patient is remembered."""
    return int.from_bytes(hmac.digest(secret, patient_id.encode(), "sha256")[:8], "little")
