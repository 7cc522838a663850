"""The risk of what was decided: medicines, surgery, admission, social obstacles."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from data.suggestions import Evidence
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.reading import Reading
from models.coding.procedures.status import Status
from models.coding.procedures.tokens import stem
from models.coding.procedures.visits.levels import Level
from models.coding.procedures.visits.words import Hit, in_item, of

_DECIDING = frozenset(
    {Kind.ASSESSMENT, Kind.ASSESSMENT_PLAN, Kind.PLAN, Kind.IMPRESSION, Kind.DIAGNOSIS, Kind.INSTRUCTIONS, Kind.ORDERS,
     Kind.HOSPITAL_COURSE, Kind.OTHER, Kind.RESULTS}
)  # fmt: skip
_LEVELS = {"high": Level.HIGH, "moderate": Level.MODERATE, "low": Level.LOW, "minimal": Level.STRAIGHTFORWARD}
_NOT_DECIDED = frozenset({"no", "not", "without", "denies", "avoid", "never", "if", "declined", "declines"})
# From these doses on, medicines that are sold freely need a prescription (mg).
_PRESCRIPTION_DOSE = {"ibuprofen": 600, "naproxen": 375, "motrin": 600, "famotidine": 40, "omeprazole": 40}
_WATCHING = frozenset(map(stem, ("monitor", "monitoring", "toxicity")))
_ADMISSION = ("admi", "hospital", "observation")


@dataclass(frozen=True, slots=True)
class Risk:
    """A decision with its level and what it is, in words."""

    level: Level
    reason: str
    evidence: Evidence


def find_risks(
    reading: Reading, hits: Sequence[Hit], *, counts_admission: bool, major: Collection[str] = ()
) -> list[Risk]:
    """Decisions of the note; `counts_admission`: whether to admit was open at this visit; `major` are families of
    operations."""
    return [
        *_operations(reading, major),
        *_named_risks(reading, hits, counts_admission),
        *_medicines(reading, hits),
        *_monitored(reading, hits),
    ]


def rate_risk(risks: Sequence[Risk]) -> Level:
    return max((risk.level for risk in risks), default=Level.STRAIGHTFORWARD)


def _named_risks(reading: Reading, hits: Sequence[Hit], counts_admission: bool) -> Iterator[Risk]:
    for hit in of(hits, "risk"):
        if not _is_decided(reading, hit):
            continue
        if not counts_admission and hit.value == "high" and any(word in hit.concept for word in _ADMISSION):
            continue
        yield Risk(_LEVELS[hit.value], f"{hit.value} risk: {hit.concept}", reading.evidence_of(hit.first, hit.last))


def _operations(reading: Reading, major: Collection[str]) -> Iterator[Risk]:
    """Major operations that the note plans."""
    for named in reading.services:
        first, last = named.mention.first, named.mention.last
        is_planned = named.family.key in major and named.rendering.status is Status.PLANNED
        if is_planned and reading.section_of(first) in _DECIDING:
            yield Risk(Level.MODERATE, "decision for major surgery", reading.evidence_of(first, last))


def _medicines(reading: Reading, hits: Sequence[Hit]) -> Iterator[Risk]:
    """Medicines that the plan starts, changes or continues; one that is only listed was not managed."""
    for hit in (*of(hits, "prescription"), *of(hits, "over_the_counter")):
        if not _is_decided(reading, hit) or not _is_managed(reading, hits, hit):
            continue
        evidence = reading.evidence_of(hit.first, hit.last)
        if hit.element == "prescription" or _needs_prescription(reading, hit):
            yield Risk(Level.MODERATE, "prescription drug management", evidence)
        else:
            yield Risk(Level.LOW, "over-the-counter medicine", evidence)


def _monitored(reading: Reading, hits: Sequence[Hit]) -> Iterator[Risk]:
    """Toxic medicines whose harm is watched for: the item names the medicine, a test and the watching."""
    for hit in of(hits, "monitored"):
        item = reading.tokens.items[hit.first]
        stems = {
            stem for stem, number in zip(reading.tokens.stems, reading.tokens.items, strict=True) if number == item
        }
        is_watched = not _WATCHING.isdisjoint(stems) and bool(of(in_item(hits, reading, hit.first), "test"))
        if is_watched and _is_decided(reading, hit):
            evidence = reading.evidence_of(hit.first, hit.last)
            yield Risk(Level.HIGH, "monitoring for toxicity of a medicine", evidence)


def _is_decided(reading: Reading, hit: Hit) -> bool:
    tokens = reading.tokens
    before = [
        tokens.words[i]
        for i in range(max(0, hit.first - 3), hit.first)
        if tokens.sentences[i] == tokens.sentences[hit.first]
    ]
    return reading.section_of(hit.first) in _DECIDING and _NOT_DECIDED.isdisjoint(before)


def _is_managed(reading: Reading, hits: Sequence[Hit], hit: Hit) -> bool:
    """A deciding section, with a dose or a word of action in the same item."""
    if reading.section_of(hit.first) in (Kind.PLAN, Kind.ASSESSMENT_PLAN, Kind.ORDERS, Kind.INSTRUCTIONS):
        return True
    items = reading.tokens.items
    has_dose = any(fact.attribute == "dose" and items[fact.first] == items[hit.first] for fact in reading.facts)
    return has_dose or _has_strength(reading, hit) or bool(of(in_item(hits, reading, hit.first), "action"))


def _has_strength(reading: Reading, hit: Hit) -> bool:
    """Whether a bare number follows at once, as in "sumatriptan 50"."""
    tokens = reading.tokens
    follows = hit.last < len(tokens) and tokens.sentences[hit.last] == tokens.sentences[hit.first]
    return follows and tokens.words[hit.last].replace(".", "").isdigit()


def _needs_prescription(reading: Reading, hit: Hit) -> bool:
    limit = _PRESCRIPTION_DOSE.get(hit.concept)
    doses = [f for f in reading.facts if f.attribute == "dose" and f.unit == "mg" and 0 <= f.first - hit.last <= 2]
    return limit is not None and any(float(dose.value) >= limit for dose in doses)
