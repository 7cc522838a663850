"""What a note says about a finding: denied, past, someone else's, feared or only suspected.

After ConText (Harkema et al. 2009): cue phrases reach over a stretch of their sentence. How far depends on the cue
(a word, an item, a list), on words that end any reach ("but"), and on lists: a comma lets a list go on unless a new
clause begins behind it ("no fever, chills or rash" against "no fever, cough for three days").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from data.notes import Span
from models.coding.cues import Cue, CueMatch, Direction, Extent, Token, find_cues, find_stops
from models.coding.headers import SectionKind
from models.coding.reach import Clause

KINDS = ("negated", "historical", "hypothetical", "family", "uncertain", "managed")
_SECTION_KINDS = {
    SectionKind.FAMILY_HISTORY: "family",
    SectionKind.HISTORY: "historical",
    SectionKind.SURGICAL_HISTORY: "historical",
    SectionKind.ALLERGIES: "historical",
    SectionKind.DIFFERENTIAL: "uncertain",
    SectionKind.INSTRUCTIONS: "hypothetical",
}
_JUDGING = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.DIAGNOSIS,
        SectionKind.PLAN,
    }
)
_SIGNED = frozenset({SectionKind.ROS, SectionKind.EXAM, SectionKind.HPI, SectionKind.CHIEF_COMPLAINT})
_OPENERS = frozenset({"-", ":", "(", ",", ";", "#", ".", ")"})
_ABSENT = Cue(frozenset({"negated"}), Direction.FORWARD, Extent.ITEM)
_ASKED = Cue(frozenset({"uncertain"}), Direction.FORWARD, Extent.PHRASE)
_DOUBTED = Cue(frozenset({"uncertain"}), Direction.BACKWARD, Extent.ITEM)


class Scope(NamedTuple):
    """The stretch [start, end) of the note over which a cue asserts `kind`."""

    kind: str
    start: int
    end: int
    cue: Span


@dataclass(frozen=True, slots=True)
class Assertion:
    """How a mention is asserted. `cue` are the words that say so; None when the section alone does, or nothing.

    `is_managed`: the sentence names a current treatment or state of it ("history of hypertension on lisinopril"),
    so what is called history is present all the same.
    """

    is_negated: bool = False
    is_historical: bool = False
    is_hypothetical: bool = False
    is_family: bool = False
    is_uncertain: bool = False
    is_managed: bool = False
    cue: Span | None = None

    @property
    def is_plain(self) -> bool:
        """Stated as present, of the patient, now."""
        flags = (self.is_negated, self.is_historical, self.is_hypothetical, self.is_family, self.is_uncertain)
        return not any(flags)


def find_scopes(tokens: tuple[Token, ...], section: SectionKind = SectionKind.OTHER) -> tuple[Scope, ...]:
    """The stretches of one sentence that its cues speak of."""
    matches = (*find_cues(tokens), *_find_marks(tokens, section))
    kinds = {match.first: match.cue.kinds for match in matches if match.cue.direction is not Direction.NONE}
    clause = Clause(tokens, find_stops(tokens), kinds)
    return tuple(scope for match in matches for scope in _scopes_of(match, clause))


def assert_span(span: Span, scopes: Iterable[Scope], section: SectionKind = SectionKind.OTHER) -> Assertion:
    """The assertion of the words at `span`: a cue counts when it covers most of them and is none of them, but for one
    of doubt, which may begin them ("suspected sleep apnea" is what a learned phrase was).

    Of several cues the nearest is named.
    """
    found: dict[str, Span | None] = {}
    for scope in sorted(scopes, key=lambda scope: max(scope.cue.start - span.end, span.start - scope.cue.end)):
        is_part = scope.cue.start < span.end and span.start < scope.cue.end
        is_first = is_part and scope.cue.start <= span.start and scope.kind == "uncertain"
        start = scope.cue.end if is_first else span.start
        covered = min(span.end, scope.end) - max(start, scope.start)
        if 2 * covered > span.end - start and (is_first or not is_part):
            found.setdefault(scope.kind, scope.cue)
    by_section = _SECTION_KINDS.get(section)
    if by_section:
        found.setdefault(by_section, None)
    return Assertion(
        is_negated="negated" in found,
        is_historical="historical" in found,
        is_hypothetical="hypothetical" in found,
        is_family="family" in found,
        is_uncertain="uncertain" in found,
        is_managed="managed" in found,
        cue=next((found[kind] for kind in KINDS if found.get(kind)), None),
    )


def _scopes_of(match: CueMatch, clause: Clause) -> Iterator[Scope]:
    tokens = clause.tokens
    cue = Span(start=tokens[match.first].start, end=tokens[match.last - 1].end)
    for kind in sorted(match.cue.kinds):
        for first, last in _ranges(match, kind, clause):
            if first < last:
                yield Scope(kind, tokens[first].start, tokens[last - 1].end, cue)


def _ranges(match: CueMatch, kind: str, clause: Clause) -> Iterator[tuple[int, int]]:
    _, direction, extent = match.cue
    is_last = clause.is_at_end(match.last) or (kind == "historical" and not clause.is_at_start(match.first))
    if direction in (Direction.FORWARD, Direction.BOTH) or (direction is Direction.AUTO and not is_last):
        yield clause.forward(match, kind, extent)
    closes = direction is Direction.CLOSING and clause.is_at_end(match.last)
    if closes or direction in (Direction.BACKWARD, Direction.BOTH):
        yield clause.backward(match, kind, extent)
    if direction is Direction.AUTO and is_last:
        yield clause.backward(match, kind, Extent.ITEM)


def _find_marks(tokens: tuple[Token, ...], section: SectionKind) -> Iterator[CueMatch]:
    """Marks that stand for words: "-fever" beside "+cough", "?pneumonia" and "- ? pneumonia", a last "?"."""
    signs = section in _SIGNED or any(_is_sign(tokens, index, "+") for index in range(len(tokens)))
    for index, token in enumerate(tokens):
        if token.text == "-" and signs and _is_sign(tokens, index, "-"):
            yield CueMatch(index, index + 1, _ABSENT)
        if token.text == "?" and (_is_prefix(tokens, index) or _is_opening(tokens, index)):
            yield CueMatch(index, index + 1, _ASKED)
    if len(tokens) > 1 and tokens[-1].text == "?" and section in _JUDGING:
        yield CueMatch(len(tokens) - 1, len(tokens), _DOUBTED)


def _is_sign(tokens: tuple[Token, ...], index: int, sign: str) -> bool:
    """Whether the token is a plus or minus before a finding: attached to it, or first of an item of a list."""
    if tokens[index].text != sign or index + 1 >= len(tokens) or not tokens[index + 1].text.isalpha():
        return False
    return _is_prefix(tokens, index) or (index > 0 and tokens[index - 1].text in (",", ";", "/", ":"))


def _is_opening(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether the token opens an item, apart from the mark before and the words after it."""
    if index + 1 >= len(tokens) or not tokens[index + 1].text[0].isalpha():
        return False
    return index == 0 or tokens[index - 1].text in _OPENERS


def _is_prefix(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether the token is attached to the word after it and apart from the one before."""
    if index + 1 >= len(tokens) or tokens[index + 1].start != tokens[index].end:
        return False
    return index == 0 or tokens[index].start > tokens[index - 1].end or tokens[index - 1].text in ("(", "/", ":")
