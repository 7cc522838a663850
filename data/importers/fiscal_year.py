"""ICD-10-CM and ICD-10-PCS change with the federal fiscal year: FY2027 begins on 1 October 2026."""

import re
from collections.abc import Iterable
from datetime import date

from data.importers.request import Period

_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_APRIL = re.compile(r"april", re.IGNORECASE)


def guess_fiscal_year(texts: Iterable[str]) -> Period | None:
    """From file names and version strings, when all that name a year name the same; an April update starts in April."""
    texts = list(texts)
    years = {int(year) for text in texts for year in _YEAR.findall(text)}
    if len(years) != 1:
        return None
    year = years.pop()
    end = date(year, 9, 30)
    if any(_APRIL.search(text) for text in texts):
        return Period(f"FY{year}-April", date(year, 4, 1), end)
    return Period(f"FY{year}", date(year - 1, 10, 1), end)
