"""What the coder's pages show."""

import json
from dataclasses import dataclass, field

from api.coding.grouping import EncounterGrouping
from api.workbench.views import OPEN, Standing
from data.autonomy import AUTONOMY
from data.notes import Encounter, Profile
from data.suggestions import Evidence, Query, Suggestion, Tier, Withheld
from models.grouping.risk_categories import RiskCategory


@dataclass(frozen=True, slots=True)
class NotePart:
    """A run of a note's text that the same marks cover. `start` counts code points from the note's start."""

    text: str = field(repr=False)
    start: int
    refs: tuple[str, ...] = ()
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class NoteView:
    document_id: str
    title: str
    parts: tuple[NotePart, ...]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A row of the coder's page; `key` names it in the note's marks."""

    key: str
    suggestion: Suggestion
    standing: Standing = OPEN
    categories: tuple[RiskCategory, ...] = ()

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
class GroupView:
    """The MS-DRG of a stay, or why there is none."""

    grouping: EncounterGrouping | None
    problem: str = ""


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
    drg: GroupView | None = None

    @property
    def released(self) -> int:
        """How many suggestions stand accepted because their family needs no confirmation."""
        return sum(row.standing.decided_by == AUTONOMY for row in self.rows)

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
