"""Whether a service that a note names was rendered here: done, planned, declined, past, elsewhere, stopped or negated.

Cue phrases (data/reference/procedures/status.tsv) speak forward, backward or both ways within their clause; where no
cue speaks, the section decides.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from data.catalogue import FOLDER
from data.catalogue_rows import parse_list, read_rows
from data.notes import Setting
from models.coding.procedures.tokens import Tokens, split_phrase
from models.coding.procedures.trie import Match, Trie, drop_contained


class Status(StrEnum):
    """`read`: interpreted by the author; `today`, `here`: words of this visit, of this place; `talked`: discussed,
    which plans an act and does a counselling; `emergency`, `residence`: in the ED, at home; `none`: a phrase that only
    looks like a cue."""

    DONE = "done"
    READ = "read"
    TODAY = "today"
    HERE = "here"
    TALKED = "talked"
    PLANNED = "planned"
    DECLINED = "declined"
    NEGATED = "negated"
    PAST = "past"
    ELSEWHERE = "elsewhere"
    STOPPED = "stopped"
    EMERGENCY = "emergency"
    RESIDENCE = "residence"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StatusCue:
    """A cue at tokens [first, last) and the sides on which it speaks."""

    first: int
    last: int
    status: Status
    speaks_forward: bool
    speaks_backward: bool


# How many tokens a cue reaches. A bare "no" speaks of what follows at once; a date of what stands next to it.
_BARE_REACH = 4
_REACH = {Status.NEGATED: 10, Status.PAST: 8, Status.DONE: 12, Status.ELSEWHERE: 10}
_FAR = 16
# Cues that speak of things of their own line only.
_WITHIN_LINES = frozenset({Status.NEGATED, Status.PLANNED})
_STOPS = frozenset(
    "but however although though then except while because once until whereas which who that since so".split()
)
# Of the cues that speak of a service, the first of these decides.
_PRIORITY = (
    Status.DECLINED,
    Status.NEGATED,
    Status.STOPPED,
    Status.ELSEWHERE,
    Status.PAST,
    Status.READ,
    Status.DONE,
    Status.PLANNED,
    Status.TALKED,
    Status.TODAY,
    Status.HERE,
)
_PLACES = {Status.EMERGENCY: Setting.ED, Status.RESIDENCE: Setting.HOME}
RENDERED = (Status.DONE, Status.READ, Status.TODAY, Status.HERE)
_PRESENT = frozenset({"today", "here", "office", "clinic"})
_DATE = re.compile(
    r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2,4}))?(?![\d/.-])|(?<![\d/.-])(\d{1,2})/(\d{4})(?!\d)"
)
_BEFORE_DATE = frozenset({"on", "since", "dated", "until", "from", "done", "performed", "obtained", "taken"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_LAST_DAY = 31
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")


def find_status_cues(text: str, tokens: Tokens, day: date, setting: Setting) -> tuple[StatusCue, ...]:
    """The cues of a note, in order; dates other than the date of service are cues of the past."""
    matches = drop_contained(_trie().find(tokens.words, tokens.sentences))
    found = [cue for match in matches for cue in _cues_of(match, tokens, setting)]
    found += [*_date_cues(text, tokens, day), *_named_day_cues(tokens, day)]
    return tuple(sorted(found, key=lambda cue: cue.first))


def cues_about(
    first: int,
    last: int,
    cues: Sequence[StatusCue],
    tokens: Tokens,
    others: Iterable[tuple[int, int]] = (),
    inside: Sequence[StatusCue] = (),
) -> dict[Status, StatusCue]:
    """The nearest cue of each status that speaks of tokens [first, last).

    Cues beyond a comma or another service (`others`) speak only when no nearer one does, and when nothing else was said
    of what stands between: "RSV 2024, PCV20 given today" gives one vaccine, "MMR, varicella given today" two. Cues that
    are part of the name (`inside`: "IUD inserted") speak when no near one does.
    """
    near: dict[Status, tuple[int, StatusCue]] = {}
    far: dict[Status, tuple[int, StatusCue]] = {}
    for cue in cues:
        gap = _gap(first, last, cue, tokens)
        if gap is None:
            continue
        start, end = gap
        crosses = any(tokens.commas[start : end + 1])
        crosses = crosses or any(start <= other[0] and other[1] <= end for other in others)
        if crosses and cue.status is not Status.READ and _is_cut_off(cue, start, end, cues):
            continue
        kept = far if crosses else near
        if cue.status not in kept or end - start < kept[cue.status][0]:
            kept[cue.status] = (end - start, cue)
    if not near and inside:
        near = {inside[0].status: (0, inside[0])}
    chosen = near if near.keys() - {Status.HERE, Status.TODAY} else {**far, **near}
    if Status.READ in far:
        chosen = {**chosen, Status.READ: far[Status.READ]}
    return {status: cue for status, (_, cue) in chosen.items()}


def _is_cut_off(cue: StatusCue, start: int, end: int, cues: Sequence[StatusCue]) -> bool:
    """Whether a cue of the opposite kind stands in between."""
    between = [other for other in cues if start <= other.first and other.last <= end]
    return any((other.status in RENDERED) != (cue.status in RENDERED) for other in between)


def decide(about: dict[Status, StatusCue]) -> Status | None:
    """The status that the cues give together; None when none speaks.

    "History of warts, treated with cryotherapy today" happened today, and what the author read was not only ordered.
    """
    if {Status.TODAY, Status.PAST, Status.DONE} <= about.keys():
        about = {status: cue for status, cue in about.items() if status is not Status.PAST}
    return next((status for status in _PRIORITY if status in about), None)


def _gap(first: int, last: int, cue: StatusCue, tokens: Tokens) -> tuple[int, int] | None:
    """The tokens between cue and service as [start, end); None when the cue doesn't speak of the service."""
    if tokens.sentences[cue.first] != tokens.sentences[first]:
        return None
    if cue.last <= first and cue.speaks_forward:
        start, end = cue.last, first
    elif cue.first >= last and cue.speaks_backward:
        start, end = last, cue.first
    else:
        return None
    is_bare = cue.last - cue.first == 1
    reach = _BARE_REACH if cue.status is Status.NEGATED and is_bare else _REACH.get(cue.status, _FAR)
    is_stopped = cue.status in _WITHIN_LINES and any(tokens.lines[start : end + 1])
    is_stopped = is_stopped or _is_broken(start, end, cue, tokens) or not _STOPS.isdisjoint(tokens.words[start:end])
    return None if end - start > reach or is_stopped else (start, end)


def _is_broken(start: int, end: int, cue: StatusCue, tokens: Tokens) -> bool:
    """Whether punctuation ends the clause in between; who read it may stand behind a dash: "CXR 2 views - my read"."""
    last = end if cue.status is Status.READ and cue.first == end else end + 1
    return any(tokens.breaks[start:last])


def _cues_of(match: Match[tuple[Status, str]], tokens: Tokens, setting: Setting) -> Iterator[StatusCue]:
    for named, side in match.payloads:
        status = named
        if named in _PLACES:
            status = Status.HERE if setting is _PLACES[named] else Status.ELSEWHERE
        if status is not Status.NONE:
            yield StatusCue(match.first, match.last, status, side != "after", side != "before")
        if status is Status.DONE and not _PRESENT.isdisjoint(tokens.words[match.first : match.last]):
            when = Status.TODAY if "today" in tokens.words[match.first : match.last] else Status.HERE
            yield StatusCue(match.first, match.last, when, side != "after", side != "before")


def _date_cues(text: str, tokens: Tokens, day: date) -> Iterator[StatusCue]:
    for index, word in enumerate(tokens.words):
        if _YEAR.fullmatch(word) and int(word) < day.year:
            yield StatusCue(index, index + 1, Status.PAST, speaks_forward=True, speaks_backward=True)
        match = _DATE.match(text, tokens.starts[index]) if word.isdigit() else None
        if match and _is_date(match, tokens.words[index - 1] if index else ""):
            status = Status.TODAY if _is_day(match, day) else Status.PAST
            last = index + 1
            while last < len(tokens) and tokens.ends[last] <= match.end():
                last += 1
            yield StatusCue(index, last, status, speaks_forward=True, speaks_backward=True)


def _named_day_cues(tokens: Tokens, day: date) -> Iterator[StatusCue]:
    """Days written with the name of their month: "March 12"."""
    for index, (word, number) in enumerate(pairwise(tokens.words)):
        if word in _MONTHS and number.isdigit() and 1 <= int(number) <= _LAST_DAY:
            is_day = (_MONTHS[word], int(number)) == (day.month, day.day)
            status = Status.TODAY if is_day else Status.PAST
            yield StatusCue(index, index + 2, status, speaks_forward=True, speaks_backward=True)


def _is_date(match: re.Match[str], word_before: str) -> bool:
    """Whether it is a date and not a score: "7/10" is one only after a word that leads to dates."""
    month, number, year, only_month, _ = match.groups()
    is_month = 1 <= int(month or only_month) <= 12 and (number is None or 1 <= int(number) <= 31)
    return is_month and bool(year or only_month or word_before in _BEFORE_DATE)


def _is_day(match: re.Match[str], day: date) -> bool:
    """Whether a written date names the day of service, as far as it goes."""
    month, number, year, only_month, only_year = match.groups()
    if only_month:
        return (int(only_month), int(only_year)) == (day.month, day.year)
    return (int(month), int(number)) == (day.month, day.day) and (not year or int(year) % 100 == day.year % 100)


@cache
def _trie(path: Path = FOLDER / "status.tsv") -> Trie[tuple[Status, str]]:
    return Trie(
        (split_phrase(phrase), (row.parse("status", Status), row["side"]))
        for row in read_rows(path, ("status", "side", "phrases"))
        for phrase in row.parse("phrases", parse_list)
    )
