"""What was reviewed and analysed: tests, outside notes, historians, readings of one's own, talks with others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from data.services import FamilyKind
from data.suggestions import Evidence
from models.coding.headers import SectionKind as Kind
from models.coding.procedures.reading import NamedService, Reading
from models.coding.procedures.status import Status
from models.coding.procedures.visits.levels import Level
from models.coding.procedures.visits.words import Hit, of

_TESTS = (FamilyKind.TEST, FamilyKind.LAB, FamilyKind.IMAGING)
_NOT_TESTS = frozenset({"screening_instrument", "sight_hearing_screen", "specimen_collection"})
_COUNTED = (Status.PLANNED, Status.DONE, Status.READ, Status.TODAY, Status.HERE, Status.ELSEWHERE, Status.PAST)
_SILENT = frozenset(
    {
        Kind.HISTORY,
        Kind.SURGICAL_HISTORY,
        Kind.FAMILY_HISTORY,
        Kind.SOCIAL_HISTORY,
        Kind.MEDICATIONS,
        Kind.ROS,
        Kind.ALLERGIES,
    }
)
# Families that are the same unique test as a word for one of its values.
_SAME_TEST = {
    "basic_panel": "chemistry", "full_panel": "chemistry", "electrolytes": "chemistry", "renal_panel": "chemistry",
    "single_chemistry": "chemistry", "lipid_panel": "lipids", "blood_count": "blood_count", "hemoglobin": "blood_count",
    "liver_panel": "liver", "tsh": "thyroid", "free_t4": "thyroid", "hemoglobin_a1c": "a1c", "sed_rate": "inflammation",
    "microalbumin": "albuminuria", "crp": "inflammation", "troponin": "troponin",
}  # fmt: skip
_HISTORIAN_AGE = 12
_RESULT_WORDS = frozenset({"normal", "negative", "positive"})
_ONLY_THOUGHT_OF = frozenset("if unless consider considering may might could can indicated candidate".split())


@dataclass(frozen=True, slots=True)
class DataReviewed:
    """`points` are the tests and notes of the first category, which `historian` joins; the others are categories."""

    tests: tuple[str, ...]
    notes: int
    historian: bool
    interpretation: bool
    discussion: bool
    evidence: tuple[Evidence, ...]

    @property
    def points(self) -> int:
        return len(self.tests) + self.notes


def find_data(
    reading: Reading, hits: Sequence[Hit], own: Collection[str], read_by_us: Collection[str], age: int | None
) -> DataReviewed:
    """`own` are families whose reading is billed here, so that they don't count; `read_by_us` those interpreted."""
    tests = {**_named_tests(reading, own), **_value_tests(reading, hits)}
    notes = {hit.concept: hit for hit in of(hits, "data", "external_note")}
    historian = _historian(hits, age)
    discussion = of(hits, "data", "discussion")
    interpretation = [
        named
        for named in reading.services
        if named.rendering.status is Status.READ and named.family.key not in own and named.family.key in read_by_us
    ]
    places = [*tests.values(), *((hit.first, hit.last) for hit in (*notes.values(), *historian, *discussion))]
    places += [(named.mention.first, named.mention.last) for named in interpretation]
    return DataReviewed(
        tests=tuple(sorted(tests)),
        notes=len(notes),
        historian=bool(historian),
        interpretation=bool(interpretation),
        discussion=bool(discussion),
        evidence=tuple(reading.evidence_of(first, last) for first, last in sorted(set(places))),
    )


def rate_data(data: DataReviewed) -> Level:
    """Source: the second column of the table. One category makes moderate, two make extensive."""
    first = data.points + data.historian >= 3
    categories = sum((first, data.interpretation, data.discussion))
    if categories > 1:
        return Level.HIGH
    if categories:
        return Level.MODERATE
    return Level.LOW if data.points > 1 or data.historian else Level.STRAIGHTFORWARD


def join_data(parts: Sequence[DataReviewed]) -> DataReviewed:
    """What several notes of one encounter document together."""
    return DataReviewed(
        tests=tuple(sorted({test for part in parts for test in part.tests})),
        notes=sum(part.notes for part in parts),
        historian=any(part.historian for part in parts),
        interpretation=any(part.interpretation for part in parts),
        discussion=any(part.discussion for part in parts),
        evidence=tuple(piece for part in parts for piece in part.evidence),
    )


def _named_tests(reading: Reading, own: Collection[str]) -> dict[str, tuple[int, int]]:
    """Unique tests by name: a panel is one, a test that is billed here with its reading is none."""
    found: dict[str, tuple[int, int]] = {}
    for named in reading.services:
        key = named.family.key
        if named.family.kind not in _TESTS or key in _NOT_TESTS or key in own:
            continue
        if named.rendering.status in _COUNTED and _is_current(named, reading):
            found.setdefault(_SAME_TEST.get(key, _test_name(named)), (named.mention.first, named.mention.last))
    return found


def _test_name(named: NamedService) -> str:
    codes = sorted(code.compact for code in named.mention.codes)
    return f"{named.family.key}:{codes[0]}" if codes and named.family.merge == "each" else named.family.key


def _is_current(named: NamedService, reading: Reading) -> bool:
    """A past test counts when its result is given now."""
    section = reading.section_of(named.mention.first)
    if section in _SILENT:
        return False
    cue = named.rendering.cue
    if cue is not None and not _ONLY_THOUGHT_OF.isdisjoint(reading.tokens.words[cue.first : cue.last]):
        return False
    return named.rendering.status is not Status.PAST or _has_value(reading, named.mention.last)


def _has_value(reading: Reading, token: int) -> bool:
    """Whether a result follows: a number that is no year, or a word."""
    words = reading.tokens.words[token : token + 3]
    has_number = any(word[0].isdigit() and (len(word) < 4 or "." in word) for word in words)
    return has_number or not _RESULT_WORDS.isdisjoint(words)


def _value_tests(reading: Reading, hits: Sequence[Hit]) -> dict[str, tuple[int, int]]:
    return {
        hit.value: (hit.first, hit.last)
        for hit in of(hits, "test")
        if reading.section_of(hit.first) not in _SILENT and _has_value(reading, hit.last)
    }


def _historian(hits: Sequence[Hit], age: int | None) -> list[Hit]:
    """A parent who reports counts for a child; for others the note says that history came from someone else."""
    found = of(hits, "data", "historian")
    is_child = age is not None and age < _HISTORIAN_AGE
    return [hit for hit in found if is_child or "history" in hit.concept or "historian" in hit.concept]
