"""How sure it is that a named service was rendered at this encounter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.notes import Encounter, Setting
from data.services import FamilyKind
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.status import Status, StatusCue, decide


@dataclass(frozen=True, slots=True)
class Rendering:
    """`status` with the cue that says so; without a cue the section or the words themselves do.

    `certainty` in [0, 1] is how sure it is that the service was rendered here; 0 when it was not.
    """

    status: Status
    certainty: float
    cue: StatusCue | None = None
    is_stopped: bool = False

    @property
    def is_rendered(self) -> bool:
        return self.certainty > 0


@dataclass(frozen=True, slots=True)
class Naming:
    """How a note names a service: the cues about each part of the mention, the sections and the words of the parts.

    `is_counted`: a number of things or minutes follows ("LN2 x3"), as only what was done is counted;
    `is_title`: the first line of the note names it;
    `is_stopped`: the procedure that the section is about was stopped;
    `is_logged`: the dose or the way of the product, and the moment at which it was given, stand in its sentence;
    `is_listed`: the list that names the vaccine tells of today's, or the note of the item is that of a delivery;
    `has_way`: the way of giving the vaccine follows at once;
    `is_only_done`: nothing more is said than "done" or "completed";
    `is_heading`: it opens its paragraph, in capitals;
    `is_timed_talk`: minutes stand in the words of a talk, as nobody times what is only planned;
    `is_injected`: a way into the body and a place on it follow the product ("60 mg IM right deltoid").
    """

    kind: FamilyKind
    abouts: Sequence[dict[Status, StatusCue]]
    sections: Sequence[str]
    words: Sequence[str]
    is_counted: bool
    is_stopped: bool
    is_title: bool
    note_kind: str
    is_timed_talk: bool = False
    is_injected: bool = False
    is_logged: bool = False
    is_listed: bool = False
    has_way: bool = False
    is_only_done: bool = False
    is_heading: bool = False


_CERTAINTY = {Status.READ: 0.97, Status.DONE: 0.95, Status.TODAY: 0.8, Status.HERE: 0.8}
_PROCEDURE_NOTES = (
    "procedure", "operative", "op_note", "endoscopy", "surg", "immunization", "infusion", "therapy", "radiology",
    "imaging", "lab", "report",
)  # fmt: skip
_PAST_SECTIONS = frozenset(
    {
        Kind.HISTORY,
        Kind.SURGICAL_HISTORY,
        Kind.FAMILY_HISTORY,
        Kind.SOCIAL_HISTORY,
        Kind.ALLERGIES,
        Kind.PROBLEM_LIST,
        Kind.MEDICATIONS,
        Kind.ROS,
        Kind.INDICATION,
        Kind.DIFFERENTIAL,
    }
)
_NEVER_GIVEN = _PAST_SECTIONS - {Kind.MEDICATIONS, Kind.INDICATION, Kind.DIFFERENTIAL}
_TOLD_SECTIONS = frozenset({Kind.HPI, Kind.CHIEF_COMPLAINT})
_PLAN_SECTIONS = frozenset({Kind.PLAN, Kind.INSTRUCTIONS, Kind.ORDERS})
_RESULT_SECTIONS = frozenset(
    {
        Kind.MEDICATIONS,
        Kind.ALLERGIES,
        Kind.RESULTS,
        Kind.EXAM,
        Kind.FINDINGS,
        Kind.VITALS,
        Kind.HOSPITAL_COURSE,
        Kind.OTHER,
    }
)
_PARTICIPLES = frozenset("given done sewn cut frozen froze taken drawn put".split())
_NOT_PARTICIPLES = frozenset(
    "infected inflamed guided needed embedded assisted based indicated impacted ingrown related infrared".split()
)


def judge(naming: Naming, encounter: Encounter) -> Rendering:
    """Weighs the cues about each part of the mention, then its section, then the words themselves.

    One part that was done makes the service done ("history of warts, two treated today"), unless another was declined
    or negated, or is past where history is told.
    """
    decided = [(status, about[status]) for about in naming.abouts if (status := decide(about)) is not None]
    if (naming.is_injected or naming.is_listed or naming.is_timed_talk) and _may_have_been_given(naming, decided):
        return Rendering(Status.DONE, 0.85)
    if naming.is_title and _reports_what_it_did(naming.note_kind, encounter):
        decided = [pair for pair in decided if pair[0] is not Status.PLANNED]
    if not decided:
        return replace(_judge_by_section(naming, encounter), is_stopped=naming.is_stopped)
    ruling_out = {Status.DECLINED, Status.NEGATED}
    if _leading(naming.sections) in _TOLD_SECTIONS and not any(Status.TODAY in about for about in naming.abouts):
        ruling_out.add(Status.PAST)
    for status, cue in decided:
        if status in ruling_out:
            return Rendering(status, 0.0, cue)
    is_stopped = naming.is_stopped or any(status is Status.STOPPED for status, _ in decided)
    status, cue = min(decided, key=lambda pair: list(_CERTAINTY).index(pair[0]) if pair[0] in _CERTAINTY else 9)
    if status is Status.TALKED:
        status = _talked(naming)
    if status in _CERTAINTY:
        return Rendering(status, _certainty(status, naming), cue, is_stopped)
    return Rendering(status, 0.7 if is_stopped else 0.0, cue, is_stopped)


def _tells_series(naming: Naming) -> bool:
    """A vaccine that is only said to be done was given some time: "RZV, PCV20 done"."""
    says_now = any({Status.TODAY, Status.HERE} & about.keys() for about in naming.abouts)
    return naming.kind is FamilyKind.VACCINE and naming.is_only_done and not says_now and not naming.has_way


def _talked(naming: Naming) -> Status:
    """A counselling is talk; of a vaccine of today the risks are talked over, other things are planned."""
    is_today = naming.kind is FamilyKind.VACCINE and any(Status.TODAY in about for about in naming.abouts)
    return Status.DONE if naming.kind is FamilyKind.TALK or is_today else Status.PLANNED


def _may_have_been_given(naming: Naming, decided: Sequence[tuple[Status, StatusCue]]) -> bool:
    """Nobody writes the arm into which a product is still to be given, unless it was refused, or is of the past."""
    ruling_out = {Status.DECLINED, Status.NEGATED, Status.ELSEWHERE, Status.PAST}
    is_told = _leading(naming.sections) in _NEVER_GIVEN
    return not is_told and not any(status in ruling_out for status, _ in decided)


def _certainty(status: Status, naming: Naming) -> float:
    """What the note did in a section of the past, or tells as history, was done here only when it says so."""
    if status is Status.DONE and _tells_series(naming):
        return 0.0
    certainty = _CERTAINTY[status]
    section = _leading(naming.sections)
    says_here = any({Status.HERE, Status.TODAY} & about.keys() for about in naming.abouts) or status is Status.READ
    if section in _PAST_SECTIONS:
        return certainty - 0.1 if says_here else 0.0
    if section in _TOLD_SECTIONS and status is not Status.READ:
        return certainty - 0.15 if says_here and status is Status.DONE else 0.3
    if section in _PLAN_SECTIONS and status in (Status.HERE, Status.TODAY) and not naming.is_counted:
        return 0.6
    return certainty


def _leading(sections: Sequence[str]) -> str:
    """The section that decides when the parts stand in several: the one where things are done."""
    return next((section for section in sections if section == Kind.PROCEDURE), sections[-1])


def _judge_by_section(naming: Naming, encounter: Encounter) -> Rendering:
    section = _leading(naming.sections)
    if (naming.is_logged or naming.has_way) and section not in _NEVER_GIVEN | _TOLD_SECTIONS:
        return Rendering(Status.DONE, 0.85 if naming.is_logged else 0.7)
    is_act = any(_is_participle(word) for word in naming.words)
    is_headed = naming.is_heading and _reports_what_it_did(naming.note_kind, encounter)
    if section == Kind.PROCEDURE or is_headed:
        return Rendering(Status.DONE, 0.92 if section == Kind.PROCEDURE else 0.85)
    is_result = naming.kind is FamilyKind.TEST and section in (Kind.MEDICATIONS, Kind.ALLERGIES)
    if section in _TOLD_SECTIONS or (section in _PAST_SECTIONS and not is_result):
        return Rendering(Status.PAST, 0.0)
    if section in _PLAN_SECTIONS:
        certainty = 0.75 if is_act else 0.55
        return Rendering(Status.DONE, certainty) if is_act or naming.is_counted else Rendering(Status.PLANNED, 0.0)
    if is_act or _reports_what_it_did(naming.note_kind, encounter):
        return Rendering(Status.DONE, 0.85)
    return _judge_by_kind(naming, section)


def _judge_by_kind(naming: Naming, section: str) -> Rendering:
    """A bare name: of a test beside its result, of something counted, or only a name."""
    if naming.kind is FamilyKind.TEST and section in _RESULT_SECTIONS:
        return Rendering(Status.DONE, 0.8)
    if naming.kind in (FamilyKind.IMAGING, FamilyKind.LAB) and section == Kind.EXAM:
        return Rendering(Status.PAST, 0.0)
    is_held = naming.kind is FamilyKind.SESSION and naming.is_title
    return Rendering(Status.HERE, 0.75 if naming.is_counted or naming.kind is FamilyKind.TALK or is_held else 0.35)


def _reports_what_it_did(note_kind: str, encounter: Encounter) -> bool:
    is_bench = encounter.setting in (Setting.RADIOLOGY, Setting.LABORATORY, Setting.ASC)
    return is_bench or any(word in note_kind.lower() for word in _PROCEDURE_NOTES)


def _is_participle(word: str) -> bool:
    return (word.endswith("ed") and len(word) > 4 and word not in _NOT_PARTICIPLES) or word in _PARTICIPLES
