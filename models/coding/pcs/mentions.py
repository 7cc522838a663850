"""Where a note names inpatient acts that were done during this stay."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.notes import Encounter
from data.pcs import Act
from data.services import FamilyKind
from models.coding.headers import SectionKind
from models.coding.pcs.words import SIDE_WORDS
from models.coding.procedures.rendering import Naming, Rendering, judge
from models.coding.procedures.status import RENDERED, Status, StatusCue, cues_about, find_status_cues
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.tokens import Tokens, split_phrase, stem
from models.coding.procedures.trie import Match, Trie, drop_contained

# A bare name that nothing says was done ("appendectomy?") is no act of this stay.
_LEAST_CERTAINTY = 0.5
_TOLD_CERTAINTY = 0.8
_TOLD = frozenset("underwent received required transfused placed inserted initiated had".split())
_YEAR_DIGITS = 4
_FILLERS = frozenset({"the", "an", "his", "her"})


@dataclass(frozen=True, slots=True)
class ActMention:
    """An act at tokens [first, last), and how sure it is that it was done."""

    act: Act
    first: int
    last: int
    certainty: float


class ActFinder:
    """The phrases of all acts, compiled once. A phrase inside a longer one is not meant by itself."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._acts = acts
        self._trie = Trie(
            (tuple(stem(word) for word in split_phrase(phrase) if word not in _FILLERS), number)
            for number, act in enumerate(acts)
            for phrase in act.phrases
        )

    def find(self, text: ProcedureText, tokens: Tokens, encounter: Encounter) -> list[ActMention]:
        cues: dict[int, list[StatusCue]] = defaultdict(list)
        for cue in find_status_cues(text.text, tokens, encounter.date_of_service, encounter.setting):
            cues[tokens.sentences[cue.first]].append(cue)
        matches = self._match(tokens)
        return [mention for match in matches for mention in self._judge(match, text, tokens, cues, encounter)]

    def _match(self, tokens: Tokens) -> list[Match[int]]:
        """The longest phrases, also read past words for sides: "evacuation of the left subdural hematoma"."""
        found = [match for skipped in (_FILLERS, _FILLERS | SIDE_WORDS) for match in self._read_past(skipped, tokens)]
        return drop_contained(sorted(set(found), key=lambda match: (match.first, -match.last)))

    def _read_past(self, skipped: frozenset[str], tokens: Tokens) -> Iterator[Match[int]]:
        kept = [token for token, word in enumerate(tokens.words) if word not in skipped]
        stems, sentences = [tokens.stems[token] for token in kept], [tokens.sentences[token] for token in kept]
        for match in self._trie.find(stems, sentences):
            yield Match(kept[match.first], kept[match.last - 1] + 1, match.payloads)

    def _judge(
        self,
        match: Match[int],
        text: ProcedureText,
        tokens: Tokens,
        cues: Mapping[int, Sequence[StatusCue]],
        encounter: Encounter,
    ) -> Iterator[ActMention]:
        sentence = tokens.sentences[match.first]
        near = [cue for cue in cues.get(sentence, ()) if not _is_day_of_stay(cue, tokens, encounter)]
        rendering = _render(match, text, tokens, near, encounter)
        certainty = rendering.certainty
        if rendering.status is Status.HERE and rendering.cue is None and _is_told_as_done(match, text, tokens):
            certainty = _TOLD_CERTAINTY
        if certainty >= _LEAST_CERTAINTY and not rendering.is_stopped:
            for number in match.payloads:
                yield ActMention(self._acts[number], match.first, match.last, certainty)


def _render(
    match: Match[int], text: ProcedureText, tokens: Tokens, cues: Sequence[StatusCue], encounter: Encounter
) -> Rendering:
    inside = [cue for cue in cues if cue.first < match.last and match.first < cue.last]
    outside = [cue for cue in cues if cue not in inside]
    done_inside = [cue for cue in inside if cue.status in RENDERED]
    about = cues_about(match.first, match.last, outside, tokens, (), done_inside)
    naming = Naming(
        kind=FamilyKind.ACT,
        abouts=[about],
        sections=[text.sentences[tokens.sentences[match.first]].section_kind],
        words=tokens.words[match.first : match.last],
        is_counted=False,
        is_stopped=False,
        is_title=tokens.items[match.first] == tokens.items[0],
        note_kind=text.kind,
    )
    return judge(naming, encounter)


def _is_told_as_done(match: Match[int], text: ProcedureText, tokens: Tokens) -> bool:
    """Whether a hospital course says before the act that the patient had it."""
    sentence = tokens.sentences[match.first]
    first = match.first
    while first and tokens.sentences[first - 1] == sentence:
        first -= 1
    is_course = text.sentences[sentence].section_kind == SectionKind.HOSPITAL_COURSE
    return is_course and not _TOLD.isdisjoint(tokens.words[first : match.first])


def _is_day_of_stay(cue: StatusCue, tokens: Tokens, encounter: Encounter) -> bool:
    """Whether it is a written day without a year, or of the year of the stay: a stay has more days than its last."""
    words = tokens.words[cue.first : cue.last]
    if cue.status is not Status.PAST or not words[-1].isdigit() or len(words) == 1:
        return False
    year = str(encounter.date_of_service.year)
    has_year = len(words) > 2 or len(words[-1]) == _YEAR_DIGITS
    return not has_year or words[-1] in (year, year[2:])
