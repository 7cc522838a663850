"""The three elements of medical decision making of an encounter, gathered from its notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.notes import Encounter
from data.services import GlobalPeriod
from data.suggestions import Evidence
from models.coding.procedures.facts import Fact
from models.coding.procedures.lines import Line, join_evidence
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.data_reviewed import DataReviewed, find_data, join_data, rate_data
from models.coding.procedures.visits.kinds import DISCHARGES, VisitKind
from models.coding.procedures.visits.levels import Level, decide_level
from models.coding.procedures.visits.problems import Problem, find_problems, rate_problems
from models.coding.procedures.visits.risk import Risk, find_risks, rate_risk
from models.coding.procedures.visits.separate import Apart
from models.coding.procedures.visits.time import find_total_time
from models.coding.procedures.visits.words import Hit, of

# Families that one reads: reading them oneself counts, unless that reading is billed.
_READS = frozenset({"ecg", "xray", "ct", "mri", "ultrasound", "echo", "ct_angiography", "vein_ultrasound"})
# How sure a level is whose problems were not recognised, and one that nothing else speaks for either.
_UNNAMED, _EMPTY = 0.6, 0.4
# To admit or not is no question any more on later hospital days.
_ADMITTED = (VisitKind.HOSPITAL_SUBSEQUENT, *DISCHARGES)


@dataclass(frozen=True, slots=True)
class Pages:
    """The notes of an encounter with the visit words of each, and the words of its diagnoses; `major` are
    families of operations."""

    readings: Sequence[Reading]
    hits: Sequence[Sequence[Hit]]
    stated: Sequence[Sequence[Hit]]
    major: frozenset[str]

    @property
    def pairs(self) -> list[tuple[Reading, Sequence[Hit]]]:
        return list(zip(self.readings, self.hits, strict=True))

    def find_total_time(self, *, is_discharge: bool = False) -> tuple[Reading, Fact] | None:
        for reading, hits in self.pairs:
            fact = find_total_time(reading, hits, is_discharge=is_discharge)
            if fact is not None:
                return reading, fact
        return None


@dataclass(frozen=True, slots=True)
class Elements:
    """What was found for each element."""

    problems: tuple[Problem, ...]
    data: DataReviewed
    risks: tuple[Risk, ...]
    stated: Level | None = None

    @property
    def levels(self) -> tuple[Level, Level, Level]:
        """A visit is for a problem: one that is not recognised counts as one of little weight. What was decided about
        a weighty one has some risk even if it is not recognised: that of the level below."""
        by_problems = rate_problems(self.problems) if self.problems else Level.LOW
        by_risk = rate_risk(self.risks) if self.risks else Level(max(by_problems - 1, Level.STRAIGHTFORWARD))
        return by_problems, rate_data(self.data), by_risk

    @property
    def level(self) -> Level:
        """That of the table; where the author states the next one up or down, the author's."""
        found = decide_level(*self.levels)
        return self.stated if self.stated is not None and abs(self.stated - found) == 1 else found

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        named = [problem.evidence for problem in self.problems]
        return join_evidence(named, self.data.evidence, [risk.evidence for risk in self.risks])

    @property
    def agreement(self) -> float:
        """How sure the level is: all three elements agree, two do, or the middle one decides alone."""
        if not self.problems:
            return _UNNAMED if self.risks or self.data.points else _EMPTY
        low, middle, high = sorted(self.levels)
        return 0.88 if low == high else 0.8 if middle in (low, high) else 0.72

    def manages_more(self) -> bool:
        """Whether something was decided about the problems: worked up, treated, or found worse or uncertain."""
        is_weighty = any(p.state or p.weight not in ("minor", "acute", "chronic") for p in self.problems)
        return bool(self.problems) and (is_weighty or bool(self.risks) or self.data.points > 0)

    def goes_beyond_check_up(self) -> bool:
        """Whether a problem was worked up or treated anew, not only renewed at a check-up."""
        is_treated = any(risk.level >= Level.MODERATE for risk in self.risks) or self.data.points > 0
        return any(
            problem.state or problem.is_new_treatment or (problem.weight not in ("minor", "chronic") and is_treated)
            for problem in self.problems
        )


def find_elements(kind: VisitKind, pages: Pages, lines: Sequence[Line], encounter: Encounter) -> Elements:
    """Tests whose reading is billed in `lines` are no data of the visit."""
    own = {line.service.family for line in lines if line.service.family in _READS}
    age = encounter.patient.age_years
    problems: dict[str, Problem] = {}
    risks: list[Risk] = []
    for (reading, hits), stated in zip(pages.pairs, pages.stated, strict=True):
        problems |= {problem.concept: problem for problem in find_problems(reading, hits, stated)}
        risks += find_risks(reading, hits, counts_admission=kind not in _ADMITTED, major=pages.major)
    data = join_data([find_data(reading, hits, own, _READS, age) for reading, hits in pages.pairs])
    return Elements(tuple(problems.values()), data, tuple(risks), _find_stated(pages))


def _find_stated(pages: Pages) -> Level | None:
    """The level that the author names, when it is one."""
    values = {hit.value for hits in pages.hits for hit in of(hits, "mdm")}
    return Level[values.pop().upper()] if len(values) == 1 else None


def with_surgery(elements: Elements, lines: Sequence[Line]) -> Elements:
    """With the decisions for the procedures of the day: minor ones are of low risk, major ones of moderate."""
    minor, major = (GlobalPeriod.ZERO, GlobalPeriod.TEN), GlobalPeriod.NINETY
    done = [line for line in lines if line.service.global_period in (*minor, major) and line.evidence]
    risks = [
        Risk(Level.MODERATE, "decision for major surgery", line.evidence[0])
        if line.service.global_period is major
        else Risk(Level.LOW, "decision for minor surgery", line.evidence[0])
        for line in done
    ]
    return replace(elements, risks=(*elements.risks, *risks))


def without_own(elements: Elements, apart: Apart, readings: Sequence[Reading]) -> Elements:
    """Without the problems that the procedures treat, and without what was decided about them alone."""
    own_items = {problem.item for problem in apart.own} - {problem.item for problem in apart.problems}
    by_document = {reading.text.document_id: reading for reading in readings}
    risks = tuple(
        risk
        for risk in elements.risks
        if (risk.evidence.document_id, by_document[risk.evidence.document_id].item_at(risk.evidence.start))
        not in own_items
    )
    return replace(elements, problems=apart.problems, risks=risks)
