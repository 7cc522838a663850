"""What a report is about: a payer, and days."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypedDict

import pandas as pd
from fastapi import Depends, Query
from pydantic import BeforeValidator

from api.dependencies import LoadedServices, Reading
from api.errors import FieldProblem, InvalidError
from data.noun import Identifier, IsoDate

_or_none = BeforeValidator(lambda value: value or None)
_Payer = Annotated[Identifier | None, _or_none, Query(description="A payer_id; all payers unless given.")]
_First = Annotated[IsoDate | None, _or_none, Query(alias="from", description="The first day.")]
_Last = Annotated[IsoDate | None, _or_none, Query(alias="to", description="The last day.")]


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
    if first is not None and last is not None and last < first:
        ends = FieldProblem(location="query", pointer="to", rule="ends_before_it_begins", expected="from or later")
        raise InvalidError(errors=[ends])
    return Selection(payer, first, last)


def read_report_rows(services: LoadedServices, session: Reading) -> pd.DataFrame:
    return services.reports.read(session)


Selected = Annotated[Selection, Depends(read_selection)]
ReportRows = Annotated[pd.DataFrame, Depends(read_report_rows)]
