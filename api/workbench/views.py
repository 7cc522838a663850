"""What the pages show: frozen values computed from nouns, with no markup in them."""

import json
from dataclasses import dataclass
from datetime import datetime

from data.claims import Claim, ClaimLine
from data.notes import Encounter, Profile
from data.reviews import ClaimReview, Edit, Factor, LineRisk, Severity
from data.suggestions import Evidence, Query, Suggestion, Tier, Withheld


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every page: who is signed in, and where they may go."""

    user: str = ""
    roles: tuple[str, ...] = ()
    csrf_token: str = ""
    is_demo: bool = False

    @property
    def can_code(self) -> bool:
        return bool({"coder", "admin"} & set(self.roles))

    @property
    def can_bill(self) -> bool:
        return bool({"biller", "admin"} & set(self.roles))


@dataclass(frozen=True, slots=True)
class NotePart:
    """A run of a note's text that the same marks cover. `start` counts code points from the note's start."""

    text: str
    start: int
    refs: tuple[str, ...] = ()
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class NoteView:
    document_id: str
    title: str
    parts: tuple[NotePart, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The last decision on a suggestion; the outcome is `open` while there is none."""

    outcome: str = "open"
    code: str = ""
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A row of the coder's page; `key` names it in the note's marks."""

    key: str
    suggestion: Suggestion
    standing: Standing = Standing()

    @property
    def is_decided(self) -> bool:
        return self.standing.outcome not in ("open", "deferred")

    @property
    def quote(self) -> str:
        return self.suggestion.evidence[0].quote if self.suggestion.evidence else ""


@dataclass(frozen=True, slots=True)
class AddedView:
    """A code of the coder's own."""

    system: str
    code: str
    term: str
    standing: Standing
    evidence: tuple[Evidence, ...] = ()

    @property
    def evidence_json(self) -> str:
        return json.dumps([piece.model_dump() for piece in self.evidence])


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    name: str
    title: str
    suggested: tuple[SuggestionView, ...]
    candidates: tuple[SuggestionView, ...]
    added: tuple[AddedView, ...] = ()


@dataclass(frozen=True, slots=True)
class WithheldView:
    key: str
    withheld: Withheld
    term: str = ""


@dataclass(frozen=True, slots=True)
class QueryView:
    key: str
    query: Query


@dataclass(frozen=True, slots=True)
class EncounterView:
    encounter: Encounter
    profile: Profile
    model_version: str
    notes: tuple[NoteView, ...]
    groups: tuple[SuggestionGroup, ...]
    withheld: tuple[WithheldView, ...] = ()
    queries: tuple[QueryView, ...] = ()
    releases: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> tuple[SuggestionView, ...]:
        return tuple(row for group in self.groups for row in (*group.suggested, *group.candidates))

    @property
    def first_key(self) -> str:
        """Where the coder begins: the first suggestion that is open, else the first of all."""
        wanted = [row for row in self.rows if row.suggestion.tier is Tier.SUGGESTED and not row.is_decided]
        return next((row.key for row in (*wanted, *self.rows)), "")

    @property
    def needed(self) -> int:
        """How many suggestions want a decision; candidates may stay open."""
        return sum(row.suggestion.tier is Tier.SUGGESTED for row in self.rows)

    @property
    def decided(self) -> int:
        return sum(row.is_decided for row in self.rows if row.suggestion.tier is Tier.SUGGESTED)


@dataclass(frozen=True, slots=True)
class CodingRow:
    """One encounter of the coder's worklist, with its most probable codes."""

    encounter: Encounter
    codes: tuple[str, ...]
    total: int
    decided: int
    queries: int


@dataclass(frozen=True, slots=True)
class BillingRow:
    """One claim of the biller's worklist."""

    claim: Claim
    review: ClaimReview
    outcome: str = "open"

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
    standing: Standing = Standing()
    history: tuple[Standing, ...] = ()
    is_final: bool = False
    is_synthetic: bool = True

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


_SEVERITIES = tuple(Severity)
