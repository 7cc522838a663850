"""The problems that were addressed, from the note's own assessment: how many, of what kind, in what state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.services import FamilyKind
from data.suggestions import Evidence
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.reading import Reading
from models.coding.procedures.visits.levels import Level
from models.coding.procedures.visits.words import Hit, in_item, of

_JUDGING = (Kind.ASSESSMENT, Kind.ASSESSMENT_PLAN, Kind.IMPRESSION, Kind.DIAGNOSIS)
_SECOND = (Kind.PLAN, Kind.HOSPITAL_COURSE, Kind.PROBLEM_LIST)
_LAST = (Kind.OTHER, Kind.CHIEF_COMPLAINT, Kind.HPI, Kind.RESULTS)
_NEGATIONS = frozenset({"no", "not", "without", "denies", "denied", "negative", "never"})
# Beginning or changing a medicine says that what it treats is not at its goal.
_CHANGES = frozenset({"increase", "increased", "titrate", "uptitrate", "switch", "switched", "add", "added"})
_BEGINNINGS = frozenset(
    {"start", "started", "starting", "begin", "initiate", "prescribe", "prescribed", "add", "added"}
)
_NEAR = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """`weight` is a class of problems.tsv; `state` is "worse", "severe", or empty for stable or not said;
    `is_new_treatment`: a medicine was begun for it."""

    concept: str
    weight: str
    state: str
    is_new_treatment: bool
    item: tuple[str, int]
    evidence: Evidence


def find_problems(reading: Reading, hits: Sequence[Hit], stated: Sequence[Hit] = ()) -> list[Problem]:
    """Problems of the assessment, each once; of the plan or the whole note when there is no assessment.

    `stated` are the words of the encounter's diagnoses; a word for a problem inside them names the same problem.
    """
    named = [hit for hit in of(hits, "problem") if not _names_vaccine(hit, reading)]
    words = [hit for hit in named if not _is_absent(hit, hits, reading)]
    unknown = [hit for hit in stated if not any(_overlap(hit, word) for word in words)]
    present = sorted((*words, *unknown), key=lambda hit: hit.first)
    for sections in (_JUDGING, _SECOND, _LAST):
        chosen = [hit for hit in present if reading.section_of(hit.first) in sections]
        if chosen:
            return _each_once(_problem(hit, chosen, hits, reading) for hit in chosen)
    return []


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first < other.last and other.first < one.last


def rate_problems(problems: Iterable[Problem]) -> Level:
    """Source: the first column of the table of medical decision making."""
    problems = list(problems)
    weights = [problem.weight for problem in problems]
    chronic = weights.count("chronic")
    if "threat" in weights or any(p.weight == "chronic" and p.state == "severe" for p in problems):
        return Level.HIGH
    is_worse = any(problem.weight == "chronic" and problem.state for problem in problems)
    if is_worse or chronic > 1 or not {"new_uncertain", "acute_systemic", "acute_injury"}.isdisjoint(weights):
        return Level.MODERATE
    if chronic or "acute" in weights or weights.count("minor") > 1:
        return Level.LOW
    return Level.STRAIGHTFORWARD


def _names_vaccine(hit: Hit, reading: Reading) -> bool:
    """Whether a disease stands for the vaccine against it, in a line about vaccines."""
    tokens = reading.tokens
    about = {"vaccin", "immun", "shot", "booster"} & set(tokens.stems[max(0, hit.first - 6) : hit.last + 4])
    services = reading.services
    return bool(about) or any(
        named.family.kind is FamilyKind.VACCINE and named.mention.overlaps(hit.first, hit.last) for named in services
    )


def _is_absent(hit: Hit, hits: Sequence[Hit], reading: Reading) -> bool:
    """Whether the words say that the problem is not there: denied, past, ruled out, only feared, or a relative's."""
    tokens = reading.tokens
    sentence = tokens.sentences[hit.first]
    told = [tokens.words[i] for i in range(hit.first)[-_FAR:] if tokens.sentences[i] == sentence]
    if not _RELATIVES.isdisjoint(told) and not _AFFECTED.isdisjoint(told):
        return True
    before = range(max(0, hit.first - 3), hit.first)
    if any(tokens.words[i] in _NEGATIONS and tokens.sentences[i] == sentence for i in before):
        return True
    return any(
        tokens.sentences[gone.first] == sentence
        and (0 <= hit.first - gone.last <= 3 or (0 <= gone.first - hit.last <= 2 and gone.concept not in _ONLY_BEFORE))
        and not any(tokens.commas[min(gone.last, hit.last) : max(gone.first, hit.first) + 1])
        for gone in of(hits, "state", "gone")
    )


_FAR = 6
# Only with a word that makes the problem theirs: parents also tell of their children.
_RELATIVES = frozenset("father mother dad mom brother sister aunt uncle grandfather grandmother cousin".split())
_AFFECTED = frozenset("died passed had".split())
_ONLY_BEFORE = frozenset(
    {"history of", "hx of", "hx", "h o", "s p", "status post", "family history", "versus", "vs", "past"}
)


def _problem(hit: Hit, present: Sequence[Hit], hits: Sequence[Hit], reading: Reading) -> Problem:
    item = (reading.text.document_id, reading.tokens.items[hit.first])
    around = in_item(hits, reading, hit.first)
    begun = {reading.tokens.words[other.first] for other in of(around, "action")} & _BEGINNINGS
    return Problem(
        concept=hit.concept,
        weight=hit.value,
        state=_state(hit, present, hits, reading),
        is_new_treatment=bool(begun) and bool(of(around, "prescription")),
        item=item,
        evidence=reading.evidence_of(hit.first, hit.last),
    )


def _state(hit: Hit, present: Sequence[Hit], hits: Sequence[Hit], reading: Reading) -> str:
    """The state that the item gives to its first problem; to the others, only words close to them do."""
    is_head = in_item(present, reading, hit.first)[0].concept == hit.concept
    around = [
        other
        for other in in_item(hits, reading, hit.first)
        if is_head or min(abs(other.first - hit.last), abs(hit.first - other.last)) <= _NEAR
    ]
    values = {other.value for other in of(around, "state")}
    if {"severe", "worse"} <= values or "crisis" in values:
        return "severe"
    changes = {reading.tokens.words[other.first] for other in of(around, "action")} & (_CHANGES | _BEGINNINGS)
    is_changed = bool(changes) and bool(of(around, "prescription"))
    return "worse" if "worse" in values or (is_changed and hit.value == "chronic") else ""


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each concept, in the worst state that the note gives it."""
    found: dict[str, Problem] = {}
    for problem in problems:
        known = found.get(problem.concept)
        if known is None or len(problem.state) > len(known.state):
            found[problem.concept] = problem
    return list(found.values())
