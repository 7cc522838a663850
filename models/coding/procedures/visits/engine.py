"""Chooses the visit of an encounter and its level, and shows how the level came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.catalogue import Catalogue
from data.notes import Encounter, PatientStatus, Perspective, Setting
from data.services import GlobalPeriod, Service
from data.suggestions import Query
from models.coding.procedures.events import Known
from models.coding.procedures.facts import Fact
from models.coding.procedures.lines import Line, join_evidence
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits import separate
from models.coding.procedures.visits.check_ups import check_up
from models.coding.procedures.visits.choose import by_level, by_time, members_of, neighbours
from models.coding.procedures.visits.companions import add_companions
from models.coding.procedures.visits.conditions import ConditionWeights, StatedDiagnosis
from models.coding.procedures.visits.elements import Elements, Pages, find_elements, with_surgery, without_own
from models.coding.procedures.visits.explain import explain_decisions, explain_time
from models.coding.procedures.visits.kinds import DISCHARGES, PatientRelation, VisitKind, find_kind, find_relation
from models.coding.procedures.visits.levels import TIME_SOURCE
from models.coding.procedures.visits.settle import settle
from models.coding.procedures.visits.special import find_critical_care, special_visit
from models.coding.procedures.visits.time import LEAST
from models.coding.procedures.visits.words import VisitWords

# These take the place of a visit with a level.
_INSTEAD = frozenset(
    "psychiatric_evaluation eye_exam therapy_timed therapy_untimed physical_evaluation occupational_evaluation"
    " nutrition speech_therapy diabetes_training digital_visit telephone_visit telehealth_short transitional_care"
    " acupuncture dialysis_month swallow_study chronic_care_staff"
    " psychotherapy_crisis family_therapy obstetric_care psychological_testing postpartum_visit cognitive_plan"
    " anticoagulation home_health_plan disability_exam newborn_day birth_attendance neonatal_critical"
    " neonatal_intensive genetic_counseling radiation_management dialysis_session remote_monitoring therapy_monitoring"
    " principal_care adaptive_behavior opioid_program community_behavioral biofeedback health_behavior".split()
)
# Of these, those that only a clinic renders.
_CLINIC = frozenset({"anticoagulation"})
# Services that are less certain than this change nothing about the visit.
_SURE = 0.5
_VACCINES = frozenset({"vaccine_admin", "antibody_admin"})
# A service that is only named replaces nothing.
_NAMED = 0.36
# A visit whose only problem is the procedure's own is doubtful; that of a known patient, and one that the check-up
# covers, is offered and no more.
_DOUBTFUL, _UNLIKELY = 0.55, 0.2


@dataclass(frozen=True, slots=True)
class Visits:
    """The lines of the encounter with its visits, and the questions that they raise."""

    lines: tuple[Line, ...]
    queries: tuple[Query, ...] = ()


class VisitEngine:
    """Evaluation and management, by the catalogue's levels and times."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._words = VisitWords()
        self._weights = ConditionWeights()
        self._major = frozenset(
            key
            for key, services in catalogue.by_family.items()
            if all(service.global_period is GlobalPeriod.NINETY for service in services)
        )

    def add_visits(
        self,
        lines: Sequence[Line],
        readings: Sequence[Reading],
        encounter: Encounter,
        context: Mapping[str, Known],
        diagnoses: Sequence[StatedDiagnosis] = (),
    ) -> Visits:
        """The lines, with the visit that the notes document beside them, if they do."""
        critical = find_critical_care(readings, self._catalogue) if _is_hospital(encounter) else ()
        if critical:
            return Visits((*lines, *critical))
        pages = self._read(readings, diagnoses)
        kind = find_kind(readings, pages.hits, encounter)
        if kind is None or _is_replaced(lines, encounter):
            settled = settle(lines, pages, self._catalogue, encounter)
            return Visits(add_companions(settled, (), pages, self._catalogue, encounter))
        special = special_visit(kind, pages, lines, self._catalogue)
        if special is not None:
            return Visits((*lines, *special))
        relation = find_relation(readings, pages.hits, encounter)
        if relation.status is not None:
            context = {**context, "status": Known(relation.status.value, relation.evidence)}
        sure = [line for line in lines if line.certainty >= _SURE]
        found = self._visits(kind, pages, sure, encounter, context)
        joined = add_companions(lines, found, pages, self._catalogue, encounter)
        return Visits(joined, tuple(_ask_relation(found, relation)))

    def _read(self, readings: Sequence[Reading], diagnoses: Sequence[StatedDiagnosis]) -> Pages:
        return Pages(
            readings,
            [self._words.find(reading) for reading in readings],
            [self._weights.find_hits(reading, diagnoses) for reading in readings],
            self._major,
        )

    def _visits(
        self,
        kind: VisitKind,
        pages: Pages,
        lines: Sequence[Line],
        encounter: Encounter,
        context: Mapping[str, Known],
    ) -> list[Line]:
        """A check-up, a visit for problems, or both."""
        preventive = check_up(pages.readings, self._catalogue, context, encounter) if kind is VisitKind.OFFICE else None
        beside = [*lines, preventive] if preventive else list(lines)
        elements = find_elements(kind, pages, lines, encounter)
        if kind is VisitKind.ED:
            elements = with_surgery(elements, lines)
        apart = separate.tell_apart(elements.problems, beside, pages.readings, self._catalogue)
        if apart.has_minor and kind is not VisitKind.ED:
            elements = without_own(elements, apart, pages.readings)
        is_covered = preventive is not None and not elements.goes_beyond_check_up()
        is_alone = apart.has_minor and kind is not VisitKind.ED and not elements.manages_more()
        visit = self._leveled(kind, elements, pages, context)
        if visit is not None and (is_alone or is_covered):
            certainty = _DOUBTFUL if _may_stand_alone(encounter) and not is_covered else _UNLIKELY
            visit = replace(visit, certainty=min(visit.certainty, certainty))
        if visit is not None and apart.needs:
            visit = _mark_separate(visit, apart.needs, elements)
        if (
            preventive is not None
            and preventive.service.family == "preventive_visit"
            and any(line.service.family in _VACCINES for line in lines)
        ):
            preventive = _mark_separate(preventive, "25", replace(elements, problems=()))
        return [line for line in (preventive, visit) if line is not None]

    def _leveled(self, kind: VisitKind, elements: Elements, pages: Pages, context: Mapping[str, Known]) -> Line | None:
        """The line whose level the decisions or the documented time give, whichever reaches further."""
        time = pages.find_total_time(is_discharge=kind in DISCHARGES)
        members, rivals = members_of(self._catalogue, kind, context)
        decided = by_level(members, elements.level)
        timed = by_time(members, float(time[1].value)) if time else None
        service = max((s for s in (decided, timed) if s is not None), key=members.index, default=None)
        if service is None:
            service = members[0] if kind in DISCHARGES else None
        if service is None:
            return None
        first = (decided, timed, by_level(rivals, elements.level))
        line = Line(
            service=service,
            certainty=_certainty(elements, decided, timed),
            evidence=elements.evidence or (pages.readings[0].sentence_of(0),),
            known=context,
            open=("status",) if rivals else (),
            alternatives=neighbours(service, members, first),
            rationale=explain_decisions(elements) if decided else (),
        )
        if not decided and not timed:
            line = line.because("em.discharge", "Discharge day, no more than half an hour documented.", TIME_SOURCE)
        return _show_time(line, time, timed) if time and timed else line


def _is_replaced(lines: Sequence[Line], encounter: Encounter) -> bool:
    """A new patient of a chiropractor is examined first, whatever is applied beside the treatment."""
    is_new = encounter.patient.status is PatientStatus.NEW
    if is_new and any(line.service.family == "chiropractic" for line in lines):
        return False
    return any(_replaces_visit(line, encounter) for line in lines)


def _replaces_visit(line: Line, encounter: Encounter) -> bool:
    """A known patient of a chiropractor comes for the treatment alone. A stay has no clinic's."""
    is_instead = line.service.family in (_INSTEAD - _CLINIC if encounter.setting is Setting.INPATIENT else _INSTEAD)
    is_treatment = line.service.family == "chiropractic" and encounter.patient.status is not PatientStatus.NEW
    return (is_instead or is_treatment) and line.certainty >= _NAMED


def _is_hospital(encounter: Encounter) -> bool:
    is_professional = encounter.perspective is not Perspective.FACILITY
    return is_professional and encounter.setting in (Setting.ED, Setting.INPATIENT, Setting.OUTPATIENT_HOSPITAL)


def _certainty(elements: Elements, decided: Service | None, timed: Service | None) -> float:
    if timed is None:
        return elements.agreement if decided else 0.8
    return 0.92 if timed is decided else 0.85


def _show_time(line: Line, time: tuple[Reading, Fact], timed: Service) -> Line:
    reading, fact = time
    evidence = join_evidence(line.evidence, [reading.text.evidence(fact.start, fact.end)])
    rationale = (*line.rationale, explain_time(float(fact.value), timed.code.compact, is_least=fact.unit == LEAST))
    return replace(line, evidence=evidence, rationale=rationale)


def _may_stand_alone(encounter: Encounter) -> bool:
    """Where an injury or illness is first seen, a visit may stand beside the procedure that treats it."""
    is_first = encounter.patient.status is PatientStatus.NEW
    return is_first or encounter.setting in (Setting.URGENT_CARE, Setting.ED)


def _mark_separate(visit: Line, modifier: str, elements: Elements) -> Line:
    others = ", ".join(problem.evidence.quote for problem in elements.problems[:3])
    text = (
        "57: the visit made the decision for surgery"
        if modifier == "57"
        else "25: the visit managed something apart from what was done"
    )
    marked = visit.modified(modifier)
    return marked.because("modifier.separate_visit", f"{text}: {others}." if others else f"{text}.", separate.SOURCE)


def _ask_relation(visits: Sequence[Line], relation: PatientRelation) -> list[Query]:
    """Whether the patient is new decides the code; only the practice knows."""
    undecided = [line for line in visits if "status" in line.open]
    if relation.status is not None or not undecided:
        return []
    codes = [service.code.dotted for line in undecided for service in (line.service, *line.alternatives)]
    text = "Was the patient seen by this group and specialty within the last three years?"
    return [Query(about="patient_status", text=text, would_change=tuple(dict.fromkeys(codes)))]
