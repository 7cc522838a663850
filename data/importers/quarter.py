"""CMS's payment tables change by quarter or year; their file names say which."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from data.importers.request import Period

_QUARTER = re.compile(r"(20[0-9]{2})[ _-]?q([1-4])(?![0-9])", re.IGNORECASE)
# NCCI versions count from 1994: ccipra-v303r0 is version 30.3, the fourth quarter of 2024.
_VERSION = re.compile(r"(?<![a-z])v([0-9]{2})([0-3])r[0-9]", re.IGNORECASE)
_EFFECTIVE = re.compile(r"eff[_ -]*([0-9]{2})-([0-9]{2})-(20[0-9]{2})", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_VALUE_FILE = re.compile(r"pprrvu(?:20)?([0-9]{2})(?:_([a-z]{3}))?", re.IGNORECASE)
_MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}


def guess_quarter(names: Iterable[str]) -> Period | None:
    """The quarter or year that all names that say one agree on."""
    found = {period for name in names if (period := _read(name))}
    return found.pop() if len(found) == 1 else None


def _read(name: str) -> Period | None:
    if match := _QUARTER.search(name):
        return _quarter(int(match[1]), int(match[2]))
    if match := _VERSION.search(name):
        return _quarter(1994 + int(match[1]), int(match[2]) + 1)
    if match := _EFFECTIVE.search(name):
        return _quarter(int(match[3]), (int(match[1]) + 2) // 3)
    if match := _VALUE_FILE.search(name):
        quarter = _MONTHS.get((match[2] or "").lower())
        return _quarter(2000 + int(match[1]), quarter) if quarter else _year(2000 + int(match[1]))
    if match := _YEAR.search(name):
        return _year(int(match[1]))
    return None


def _quarter(year: int, quarter: int) -> Period:
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return Period(f"{year}q{quarter}", first, after - timedelta(days=1))


def _year(year: int) -> Period:
    return Period(str(year), date(year, 1, 1), date(year, 12, 31))
