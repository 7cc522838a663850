"""What the biller's pages show."""

from dataclasses import dataclass
from datetime import date

from api.workbench.views import OPEN, Standing
from data.claims import Claim, ClaimLine
from data.reviews import UNREVIEWED, ClaimReview, Edit, Factor, LineRisk, Severity

_SOON = 14
# The worst first.
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for an act; `left` counts the days to it, below nought when it has passed."""

    act: str
    day: date
    left: int

    @property
    def urgency(self) -> str:
        return "late" if self.left < 0 else "soon" if self.left <= _SOON else "far"


def find_dues(file_by: date | None, appeal_by: date | None, today: date) -> tuple[Due, ...]:
    days = (("File", file_by), ("Appeal", appeal_by))
    return tuple(Due(act, day, (day - today).days) for act, day in days if day is not None)


@dataclass(frozen=True, slots=True)
class BillingRow:
    """One claim of the biller's worklist."""

    claim: Claim
    review: ClaimReview
    outcome: str = "open"
    dues: tuple[Due, ...] = ()

    @property
    def top_reason(self) -> str:
        reasons = [reason for line in self.review.risk.lines for reason in line.reasons]
        return max(reasons, key=lambda reason: reason.probability).category.value if reasons else ""

    @property
    def edit_counts(self) -> tuple[tuple[str, int], ...]:
        """Findings by severity, the worst first, without the ones that have none."""
        severities = [edit.severity for edit in self.review.edits]
        return tuple((name.value, severities.count(name)) for name in _SEVERITIES if name in severities)


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    letter: str
    code: str
    term: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A claim line with its place in the claim, its pointers as letters and its risk."""

    index: int
    line: ClaimLine
    pointers: str
    term: str
    risk: LineRisk | None


@dataclass(frozen=True, slots=True)
class FactorView:
    factor: Factor
    share: float


@dataclass(frozen=True, slots=True)
class ClaimView:
    """The biller's page. `is_synthetic`: the denial model knows no real remittance; `is_final`: it went out."""

    claim: Claim
    review: ClaimReview
    diagnoses: tuple[DiagnosisView, ...]
    lines: tuple[LineView, ...]
    standing: Standing = OPEN
    history: tuple[Standing, ...] = ()
    is_final: bool = False
    is_synthetic: bool = True
    dues: tuple[Due, ...] = ()

    @property
    def is_reviewed(self) -> bool:
        """False for a claim that was imported after it had gone out."""
        return self.review.model_version != UNREVIEWED

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was found, the worst first."""
        found = (edit for edit in self.review.edits if edit.severity is not Severity.UNCHECKED)
        return tuple(sorted(found, key=lambda edit: _SEVERITIES.index(edit.severity)))

    @property
    def unchecked(self) -> tuple[Edit, ...]:
        """What could not be checked, because its table is not loaded."""
        return tuple(edit for edit in self.review.edits if edit.severity is Severity.UNCHECKED)

    @property
    def factors(self) -> tuple[FactorView, ...]:
        """What moves the score, with each share relative to the strongest one: -1 to 1."""
        factors = self.review.risk.factors
        strongest = max((abs(factor.contribution) for factor in factors), default=0.0) or 1.0
        return tuple(FactorView(factor, factor.contribution / strongest) for factor in factors)
