"""Reports for who leads billing: denials, receivables, underpayments, and payers that changed their policy."""

from fastapi import APIRouter

from api.dependencies import BillingReader, Limit, LoadedServices, Now
from api.openapi import problems
from api.reports.selection import ReportRows, Selected
from models.performance.alarms import AlarmReport, report_alarms
from models.performance.denials import DenialReport, report_denials
from models.performance.receivables import ReceivablesReport, report_receivables
from models.performance.underpayments import UnderpaymentReport, report_underpayments

router = APIRouter(prefix="/v1/reports", tags=["reports"])


@router.get("/denials", summary="Denials by payer, reason, procedure, provider and month", responses=problems(422))
def read_denials(_user: BillingReader, rows: ReportRows, about: Selected) -> DenialReport:
    """Of claims whose first answer came on the days. Corrected claims are no first pass, and left out."""
    return report_denials(rows, **about.choices())


@router.get("/receivables", summary="What payers owe, by age", responses=problems(422))
def read_receivables(_user: BillingReader, rows: ReportRows, about: Selected, now: Now) -> ReceivablesReport:
    """Of claims that first went out on the days; ages count from that day to today."""
    return report_receivables(rows, now.date(), **about.choices())


@router.get("/underpayments", summary="Lines paid below the contract", responses=problems(422))
def read_underpayments(
    _user: BillingReader, rows: ReportRows, services: LoadedServices, about: Selected, limit: Limit = 100
) -> UnderpaymentReport:
    """Of lines whose standing answer came on the days. Without an imported contract a line is unchecked."""
    return report_underpayments(rows, services.rates(), **about.choices(), limit=limit)


@router.get("/alarms", summary="Payers that deny more than their own past explains", responses=problems(422))
def read_alarms(_user: BillingReader, rows: ReportRows, about: Selected, now: Now) -> AlarmReport:
    """The last four weeks up to `to` (today unless given) against the half year before; `from` says nothing here."""
    return report_alarms(rows, about.last_day or now.date(), payer_id=about.payer_id)
