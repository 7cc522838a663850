"""What a report is about: a payer, and days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

import pandas as pd
from fastapi import Depends, Query

from api.dependencies import LoadedServices, Reading
from api.errors import FieldProblem, InvalidError
from data.noun import Identifier, IsoDate

# A form sends what was left open as empty text.
_Empty = Literal[""]
_Payer = Annotated[Identifier | _Empty | None, Query(description="A payer_id; all payers unless given.")]
_First = Annotated[IsoDate | _Empty | None, Query(alias="from", description="The first day.")]
_Last = Annotated[IsoDate | _Empty | None, Query(alias="to", description="The last day.")]


class Choices(TypedDict):
    payer_id: str | None
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Days are included; None leaves a side open."""

    payer_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    def choices(self) -> Choices:
        return Choices(payer_id=self.payer_id, first_day=self.first_day, last_day=self.last_day)


def read_selection(payer: _Payer = None, first: _First = None, last: _Last = None) -> Selection:
    """Raises InvalidError when the days end before they begin."""
    if first and last and last < first:
        ends = FieldProblem(location="query", pointer="to", rule="ends_before_it_begins", expected="from or later")
        raise InvalidError(errors=[ends])
    return Selection(payer or None, first or None, last or None)


def read_report_rows(services: LoadedServices, session: Reading) -> pd.DataFrame:
    return services.reports.read(session)


Selected = Annotated[Selection, Depends(read_selection)]
ReportRows = Annotated[pd.DataFrame, Depends(read_report_rows)]
