"""The page for who leads billing: what was denied, what is owed, what was paid short, and which payers changed."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.dependencies import Biller, LoadedServices, Reading
from api.reports.selection import ReportRows, Selected, Selection
from api.workbench.pages import PageRoute, SharedShell, page
from api.workbench.refusals import RefusalRow, build_refusal_row
from models.performance.alarms import AlarmReport, report_alarms
from models.performance.denials import DenialReport, DenialShare, report_denials
from models.performance.receivables import ReceivablesReport, report_receivables
from models.performance.refusals import report_refusals
from models.performance.underpayments import UnderpaymentReport, report_underpayments

router = APIRouter(route_class=PageRoute)

# Rows of a table on the page; the API tells all of them.
_ROWS, _MONTHS, _REFUSED = 10, 12, 20


@dataclass(frozen=True, slots=True)
class DenialTable:
    """`shares` are the first of `count`."""

    title: str
    heading: str
    shares: tuple[DenialShare, ...]
    count: int
    is_worded: bool = False

    def meter(self, share: DenialShare) -> float:
        """Of the longest bar of the table, 0 to 1."""
        most = max(one.denied_cents for one in self.shares)
        return share.denied_cents / most if most else 0.0


@dataclass(frozen=True, slots=True)
class PerformanceView:
    selection: Selection
    payers: tuple[str, ...]
    refused: tuple[RefusalRow, ...]
    refused_count: int
    denials: DenialReport
    receivables: ReceivablesReport
    underpayments: UnderpaymentReport
    alarms: AlarmReport

    @property
    def tables(self) -> tuple[DenialTable, ...]:
        found, months = self.denials, self.denials.by_month
        return (
            _cut("By payer", "Payer", found.by_payer),
            _cut("By reason", "Reason", found.by_category, is_worded=True),
            _cut("By procedure", "Procedure", found.by_procedure),
            _cut("By provider", "NPI", found.by_provider),
            DenialTable("By month of the first answer", "Month", months[-_MONTHS:], len(months)),
        )


def _cut(title: str, heading: str, shares: tuple[DenialShare, ...], *, is_worded: bool = False) -> DenialTable:
    return DenialTable(title, heading, shares[:_ROWS], len(shares), is_worded)


@router.get("/performance")
def show_performance(
    _user: Biller, shell: SharedShell, rows: ReportRows, session: Reading, services: LoadedServices, about: Selected
) -> Response:
    """Each report as its route gives it, for the same payer and days."""
    today, choices = services.clock().date(), about.choices()
    refused = report_refusals(rows, **choices, limit=_REFUSED)
    view = PerformanceView(
        selection=about,
        payers=tuple(map(str, rows["payer_id"].cat.categories)),
        refused=tuple(build_refusal_row(session, one, services.contracts(), today) for one in refused.claims),
        refused_count=refused.count,
        denials=report_denials(rows, **choices),
        receivables=report_receivables(rows, today, **choices),
        underpayments=report_underpayments(rows, services.rates(), **choices, limit=_ROWS),
        alarms=report_alarms(rows, about.last_day or today, payer_id=about.payer_id),
    )
    return page("performance.html", shell, view=view, is_empty=rows.empty)
