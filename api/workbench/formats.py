"""How values read on a page: the filters of the templates."""

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import quote

from markupsafe import Markup, escape

from api.workbench.views import Standing
from data.notes import Patient, Sex

_WORDS = {
    "icd10cm": "ICD-10-CM",
    "icd10pcs": "ICD-10-PCS",
    "cpt": "CPT",
    "hcpcs": "HCPCS",
    "ed": "Emergency",
    "asc": "Ambulatory surgery",
    "first_listed": "First-listed",
    "medicare_advantage": "Medicare Advantage",
    "managed_medicaid": "Managed Medicaid",
    "ed_note": "ED note",
    "hp": "H&P",
    "non_covered": "Not covered",
}


def words(value: str) -> str:
    """A wire value in words: `first_listed` reads First-listed."""
    return _WORDS.get(value) or value.replace("_", " ").capitalize()


def percent(probability: float) -> str:
    """Whole percents; what is not certain never reads 0% or 100%."""
    shown = f"{probability:.0%}"
    if shown == "0%" and probability > 0:
        return "<1%"
    return ">99%" if shown == "100%" and probability < 1 else shown


def money(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def amount(cents: int) -> str:
    """Cents as a form field holds them: 18500 reads 185.00."""
    return f"{cents // 100}.{cents % 100:02d}"


def day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    return f"{value.day} {value:%b}, {value:%H:%M} UTC"


def person(patient: Patient) -> str:
    """`63, male, established`, as far as it is known."""
    sex = "" if patient.sex is Sex.UNKNOWN else patient.sex.value
    return ", ".join(str(part) for part in (patient.age_years, sex, patient.status) if part not in (None, "")) or "–"


def standing(value: Standing) -> str:
    """What a decision says beside a term; empty while it is open or plainly accepted."""
    match value.outcome:
        case "rejected":
            return "Rejected: " + words(value.reason).lower() if value.reason else "Rejected"
        case "replaced":
            return f"Replaced by {value.code}"
        case "deferred":
            return "Deferred"
    return ""


def path_part(identifier: str) -> str:
    """An identifier in an address: with `urlencode` a slash would part it."""
    return quote(identifier, safe="")


def note_text(text: str) -> Markup:
    """Escapes a note so that the page keeps every character: a bare CR would reach the script as LF."""
    return escape(text).replace("\r", Markup("&#13;"))


FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (words, percent, money, amount, day, moment, person, standing, path_part, note_text)
}
