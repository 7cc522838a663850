"""A claim with what most rules ask of it, worked out once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from data.claim_history import ClaimHistory, PastService
from data.claims import Claim, ClaimForm, ClaimLine
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.fee_schedule import FeeScheduleEntry
from data.ncci_pairs import EditSetting
from data.places import load_places
from models.denial.edits.references import EditReferences


class Scheduled(NamedTuple):
    """A line with its entry in a release of the fee schedule."""

    line: ClaimLine
    entry: FeeScheduleEntry
    release: str


class ClaimContext:
    """One claim and the references to hold it against; without `history` nothing is known of the patient's past."""

    def __init__(self, claim: Claim, references: EditReferences, history: ClaimHistory | None = None) -> None:
        self.claim = claim
        self.references = references
        self.history = history
        self.diagnoses = tuple([diagnosis.compact for diagnosis in claim.diagnoses])
        self.is_professional = claim.form is ClaimForm.PROFESSIONAL
        self.setting = EditSetting.PRACTITIONER if self.is_professional else EditSetting.HOSPITAL
        self.lines_by_day: Mapping[date, list[ClaimLine]] = _group_by_day(claim.lines)
        self.last_service = max(self.lines_by_day)

    @cached_property
    def icd10cm(self) -> CodeSet | None:
        """The release in force on the last day of service; None when none at hand covers it."""
        return self.references.library.release_on(CodeSystem.ICD10CM, self.last_service)

    @cached_property
    def scheduled(self) -> Sequence[Scheduled]:
        """The lines whose procedure is in the fee schedule of their day."""
        found = []
        for line in self.claim.lines:
            dated = self.references.pfs.on(line.service_date)
            entry = dated.table.find(line.procedure.code.compact) if dated else None
            if dated and entry:
                found.append(Scheduled(line, entry, dated.release))
        return found

    @cached_property
    def modified_lines(self) -> Sequence[ClaimLine]:
        """Those that carry a modifier: few do, and many rules are on them alone."""
        return [line for line in self.claim.lines if line.modifiers]

    @cached_property
    def past(self) -> Sequence[PastService]:
        """The patient's services on other claims, oldest first."""
        return self.history.before(self.claim) if self.history else ()

    @cached_property
    def _positions(self) -> Mapping[int, int]:
        return {line.line_number: position for position, line in enumerate(self.claim.lines)}

    def field(self, line: ClaimLine, name: str) -> str:
        """The JSON pointer of a line's field."""
        return f"/lines/{self._positions[line.line_number]}/{name}"

    def pointed(self, line: ClaimLine) -> Iterator[str]:
        """The compact diagnoses that a line points to; pointers beyond the list point nowhere."""
        for pointer in line.diagnosis_pointers:
            if pointer <= len(self.diagnoses):
                yield self.diagnoses[pointer - 1]

    def global_period(self, line: ClaimLine) -> str:
        """000, 010, 090, XXX ... from the fee schedule when it is loaded; empty when not known."""
        return self.global_period_of(line.procedure.code.compact, line.service_date)

    def global_period_of(self, code: str, day: date) -> str:
        """As `global_period`, of a service on another claim."""
        if dated := self.references.pfs.on(day):
            entry = dated.table.find(code)
            return entry.global_period if entry else ""
        return self.references.global_periods.get(code, "")

    def is_facility(self, line: ClaimLine) -> bool:
        place = load_places().get(line.place_of_service or "")
        return place.is_facility if place else False


def _group_by_day(lines: Sequence[ClaimLine]) -> Mapping[date, list[ClaimLine]]:
    days: dict[date, list[ClaimLine]] = {}
    for line in lines:
        days.setdefault(line.service_date, []).append(line)
    return days
