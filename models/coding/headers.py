"""The names under which notes head their sections, and what kind of section each name opens."""

import re
from enum import StrEnum
from functools import cache

from data.reference.rows import read_rows


class SectionKind(StrEnum):
    """What a section holds. `differential` lists what was considered, not what was found."""

    CHIEF_COMPLAINT = "chief_complaint"
    HPI = "hpi"
    HISTORY = "history"
    SURGICAL_HISTORY = "surgical_history"
    FAMILY_HISTORY = "family_history"
    SOCIAL_HISTORY = "social_history"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    ROS = "ros"
    EXAM = "exam"
    VITALS = "vitals"
    RESULTS = "results"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    ASSESSMENT_PLAN = "assessment_plan"
    PROBLEM_LIST = "problem_list"
    DIAGNOSIS = "diagnosis"
    HOSPITAL_COURSE = "hospital_course"
    INDICATION = "indication"
    FINDINGS = "findings"
    IMPRESSION = "impression"
    DIFFERENTIAL = "differential"
    PROCEDURE = "procedure"
    INSTRUCTIONS = "instructions"
    ORDERS = "orders"
    TIME = "time"
    ATTESTATION = "attestation"
    OTHER = "other"


# The sections that say the same sort of thing.
JUDGED = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.DIAGNOSIS,
        SectionKind.IMPRESSION,
        SectionKind.PLAN,
        SectionKind.HOSPITAL_COURSE,
    }
)
REASON = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.HPI, SectionKind.INDICATION})
BACKGROUND = frozenset({SectionKind.HISTORY, SectionKind.PROBLEM_LIST, SectionKind.SURGICAL_HISTORY})
OBSERVED = frozenset({SectionKind.EXAM, SectionKind.ROS, SectionKind.RESULTS, SectionKind.FINDINGS})

# A body system ("HEENT:") continues the section it stands in; see sections.py.
SYSTEM = "system"
HeaderKind = SectionKind | str

_PARENTHESIS = re.compile(r"\([^()]*\)")
_SPACES = re.compile(r"[\s_]+")
_JOINT = re.compile(r"\s*(?:/|&|\+|,|\band\b)\s*")
_QUALIFIER = re.compile(
    r"^(?:current|initial|updated|today'?s|active|relevant|pertinent|additional|other|brief|significant|focused|home|my)\s+"
    r"|\s+(?:today|on admission|at discharge|on discharge|on arrival|update|reviewed|summary|section|note)$"
)
_NUMERIC = re.compile(r"[\d/.-]+")
_FILLER = "filler"
_MOST_WORDS = 6
_JUDGEMENTS = frozenset({SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSIS})


@cache
def _kinds() -> dict[str, HeaderKind]:
    rows = read_rows("section_headers.tsv")
    return {row["header"]: row["kind"] if row["kind"] == SYSTEM else SectionKind(row["kind"]) for row in rows}


@cache
def _ranked_words() -> dict[str, tuple[int, str]]:
    return {row["word"]: (rank, row["kind"]) for rank, row in enumerate(read_rows("section_words.tsv"))}


def find_kind(name: str) -> HeaderKind | None:
    """The kind of section that `name` heads, in any case and with its qualifiers; None when it heads none."""
    plain = _plain(name)
    if not plain:
        return None
    return _kinds().get(plain) or _kinds().get(_QUALIFIER.sub("", plain)) or _joint_kind(plain)


def _joint_kind(plain: str) -> HeaderKind | None:
    last_word = plain.rsplit(" ", 1)[-1]
    kinds = [_kinds().get(part) or _kinds().get(f"{part} {last_word}") for part in _JOINT.split(plain)]
    if len(kinds) < 2 or None in kinds:
        return None
    if kinds[0] in _JUDGEMENTS and SectionKind.PLAN in kinds:
        return SectionKind.ASSESSMENT_PLAN
    return kinds[0]


def guess_kind(name: str) -> SectionKind | None:
    """The kind of a header that no list names, from its words ("Diagnoses as I see them"); None unless all of them are
    words of headers."""
    words = [word for word in re.split(r"[ /&,]+", _plain(name)) if word and not _NUMERIC.fullmatch(word)]
    if len(words) > _MOST_WORDS or not all(word in _ranked_words() for word in words):
        return None
    _, kind = min((_ranked_words()[word] for word in words), default=(0, _FILLER))
    return None if kind == _FILLER else SectionKind(kind)


def _plain(name: str) -> str:
    return _SPACES.sub(" ", _PARENTHESIS.sub(" ", name).replace("’", "'")).strip(" .-").lower()
