"""Which kind of visit an encounter is, by its setting and what its notes say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.notes import Encounter, PatientStatus, PayerKind, Perspective, Setting
from data.suggestions import Evidence
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.status import Status
from models.coding.procedures.text import is_report
from models.coding.procedures.visits.words import Hit, of


class VisitKind(StrEnum):
    """Families of visit codes in the catalogue."""

    OFFICE = "office_visit"
    ED = "ed_visit"
    HOSPITAL_INITIAL = "hospital_initial"
    HOSPITAL_SUBSEQUENT = "hospital_subsequent"
    HOSPITAL_SAME_DAY = "hospital_same_day"
    HOSPITAL_DISCHARGE = "hospital_discharge"
    HOSPITAL_CONSULT = "hospital_consult"
    NURSING_SUBSEQUENT = "nursing_subsequent"
    NURSING_INITIAL = "nursing_initial"
    NURSING_DISCHARGE = "nursing_discharge"
    HOME = "home_visit"
    NURSE = "nurse_visit"
    POSTOPERATIVE = "postoperative_visit"
    PRENATAL = "prenatal_visit"
    FACILITY_CLINIC = "clinic_visit_facility"
    NEWBORN = "newborn_care"


DISCHARGES = (VisitKind.HOSPITAL_DISCHARGE, VisitKind.NURSING_DISCHARGE)
# Payers that may take consultation codes; Medicare and Medicaid take the visit's own.
_TAKE_CONSULTS = (PayerKind.COMMERCIAL, PayerKind.OTHER)
_FACILITY_KINDS = {Setting.OUTPATIENT_HOSPITAL: VisitKind.FACILITY_CLINIC, Setting.ED: VisitKind.ED}
_NO_VISIT = (Setting.RADIOLOGY, Setting.LABORATORY, Setting.ASC)
_REPORT_KINDS = (
    "procedure", "operative", "op_note", "radiology", "imaging", "pathology", "lab", "therapy", "immunization",
    "infusion", "endoscopy",
)  # fmt: skip
_EVALUATING = frozenset({Kind.HPI, Kind.CHIEF_COMPLAINT, Kind.EXAM, Kind.ROS, Kind.VITALS})
_JUDGING = frozenset(
    {Kind.ASSESSMENT, Kind.ASSESSMENT_PLAN, Kind.PLAN, Kind.IMPRESSION, Kind.DIAGNOSIS, Kind.HOSPITAL_COURSE}
)
_INPATIENT_KINDS = (("discharge", VisitKind.HOSPITAL_DISCHARGE), ("admission", VisitKind.HOSPITAL_INITIAL),
                    ("history_and_physical", VisitKind.HOSPITAL_INITIAL), ("h_and_p", VisitKind.HOSPITAL_INITIAL),
                    ("h&p", VisitKind.HOSPITAL_INITIAL), ("consult", VisitKind.HOSPITAL_INITIAL),
                    ("progress", VisitKind.HOSPITAL_SUBSEQUENT))  # fmt: skip
_PREVENTIVE = ("preventive_visit", "wellness_visit")
_NOT_TODAY = (Status.PLANNED, Status.DECLINED, Status.NEGATED, Status.ELSEWHERE)
_LATER_SECTIONS = frozenset({Kind.PLAN, Kind.INSTRUCTIONS, Kind.HISTORY, Kind.ORDERS})
# How many words at the beginning of a note are its title.
_TITLE = 12
# A note without headed sections is a visit when it is longer than a line or two.
_MIN_WORDS = 20
# So many words before a procedure tell why the patient came, what was found and what was thought of it.
_STORY = 60


@dataclass(frozen=True, slots=True)
class PatientRelation:
    """New or established, with the words that say so; the encounter's own field needs none. None: not known."""

    status: PatientStatus | None
    evidence: tuple[Evidence, ...] = ()


def find_kind(readings: Sequence[Reading], hits: Sequence[Sequence[Hit]], encounter: Encounter) -> VisitKind | None:
    """None when the notes document no visit, or when this side doesn't bill one."""
    if encounter.setting in _NO_VISIT:
        return None
    named = {hit.value for found in hits for hit in of(found, "kind")}
    is_evaluated = any(_evaluates(reading) for reading in readings) or bool(find_preventive(readings))
    if encounter.perspective is Perspective.FACILITY:
        return _FACILITY_KINDS.get(encounter.setting) if is_evaluated else None
    if "no_visit" in named:
        return None
    if "nursing" in named and encounter.setting is Setting.OFFICE:
        return VisitKind.NURSE
    if not is_evaluated:
        return None
    titles = {hit.value for found in hits for hit in of(found, "kind") if hit.first < _TITLE}
    return _professional(encounter, readings, named, titles)


def _professional(
    encounter: Encounter, readings: Sequence[Reading], named: set[str], titles: set[str]
) -> VisitKind | None:
    match encounter.setting:
        case Setting.ED:
            return VisitKind.ED
        case Setting.INPATIENT:
            return _inpatient(encounter, readings, named, titles)
        case Setting.OUTPATIENT_HOSPITAL if _is_stay(readings, titles):
            return _inpatient(encounter, readings, named, titles)
        case Setting.NURSING_FACILITY:
            return _nursing(named, titles)
        case Setting.HOME:
            return VisitKind.HOME
    return _outpatient(named)


def _outpatient(named: set[str]) -> VisitKind:
    if "prenatal" in named or "first_prenatal" in named:
        return VisitKind.PRENATAL
    return VisitKind.POSTOPERATIVE if "postoperative" in named else VisitKind.OFFICE


def _nursing(named: set[str], titles: set[str]) -> VisitKind:
    if "discharge_day" in titles:
        return VisitKind.NURSING_DISCHARGE
    return VisitKind.NURSING_INITIAL if "admission" in named else VisitKind.NURSING_SUBSEQUENT


def _is_stay(readings: Sequence[Reading], titles: set[str]) -> bool:
    """Whether an outpatient of a hospital is in observation there."""
    is_titled = not titles.isdisjoint({"observation", "discharge_day", "same_day"})
    return is_titled or any("discharge" in reading.text.kind.lower() for reading in readings)


def _inpatient(
    encounter: Encounter, readings: Sequence[Reading], named: set[str], titles: set[str]
) -> VisitKind | None:
    kind = _inpatient_kind(readings, named, titles)
    if kind is VisitKind.HOSPITAL_DISCHARGE and "own_surgery" in named:
        return None
    return VisitKind.HOSPITAL_CONSULT if kind is VisitKind.HOSPITAL_INITIAL and _is_consult(encounter) else kind


def _is_consult(encounter: Encounter) -> bool:
    """Whether another's request is answered to a payer that takes consultations."""
    is_taken = encounter.payer is not None and encounter.payer.kind in _TAKE_CONSULTS
    return is_taken and any("consult" in note.kind.lower() for note in encounter.documents)


def _inpatient_kind(readings: Sequence[Reading], named: set[str], titles: set[str]) -> VisitKind:
    if "newborn" in named and not any("discharge" in reading.text.kind.lower() for reading in readings):
        return VisitKind.NEWBORN
    if "same_day" in named:
        return VisitKind.HOSPITAL_SAME_DAY
    if "discharge_day" in titles:
        return VisitKind.HOSPITAL_DISCHARGE
    for reading in readings:
        for word, kind in _INPATIENT_KINDS:
            if word in reading.text.kind.lower():
                return kind
    if "discharge_day" in named:
        return VisitKind.HOSPITAL_DISCHARGE
    return VisitKind.HOSPITAL_INITIAL if "admission" in named else VisitKind.HOSPITAL_SUBSEQUENT


def _evaluates(reading: Reading) -> bool:
    """Whether the note evaluates a patient: it is no report, and it tells what was found and what was thought of it."""
    kind = reading.text.kind.lower()
    if any(word in kind for word in _REPORT_KINDS) or is_report(reading.text.text):
        return False
    sections = {sentence.section_kind for sentence in reading.text.sentences}
    if not _EVALUATING.isdisjoint(sections) and not _JUDGING.isdisjoint(sections):
        return True
    if Kind.PROCEDURE in sections:
        return _tells_story(reading)
    return len(reading.tokens) >= _MIN_WORDS


def _tells_story(reading: Reading) -> bool:
    """Whether prose without headers goes before the procedure, as much as a visit needs."""
    tokens = reading.tokens
    sections = [reading.section_of(token) for token in range(len(tokens))]
    before = sections[: sections.index(Kind.PROCEDURE)]
    return before.count(Kind.OTHER) >= _STORY


def find_relation(readings: Sequence[Reading], hits: Sequence[Sequence[Hit]], encounter: Encounter) -> PatientRelation:
    """The encounter's field, else the words of the notes."""
    if encounter.patient.status is not None:
        return PatientRelation(encounter.patient.status)
    for wanted in (PatientStatus.NEW, PatientStatus.ESTABLISHED):
        for reading, found in zip(readings, hits, strict=True):
            hit = next(iter(of(found, "kind", wanted.value)), None)
            if hit is not None:
                return PatientRelation(wanted, (reading.evidence_of(hit.first, hit.last),))
    return PatientRelation(None)


def find_preventive(readings: Sequence[Reading]) -> list[tuple[Reading, NamedService]]:
    """Mentions of a check-up that this visit is: not one to come, not one that was."""
    return [
        (reading, named)
        for reading in readings
        for named in reading.services
        if named.family.key in _PREVENTIVE
        and reading.section_of(named.mention.first) not in _LATER_SECTIONS
        and not (named.rendering.cue is not None and named.rendering.status in (*_NOT_TODAY, Status.PAST))
    ]
