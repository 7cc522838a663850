"""From an act and the words of its note to the codes of a release, one character after the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from data.pcs import AXES, Act, AxisWord, Cell, CellKind
from models.coding.pcs.mentions import ActMention
from models.coding.pcs.tables import PcsTables
from models.coding.pcs.words import BOTH, Range, Word, count_used, find_sides, nearest_sides, read_hours
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.tokens import Tokens

# How far from the words of the act what it is told with stands: "open", "laparoscopic", "with mesh".
_NEAR = 3
# An operation that began endoscopically and was finished open is open.
_CONVERTED, _APPROACH, _OPEN = "converted", "approach", "0"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the note tells for one axis: by body system the characters that are possible, None for all; the system is
    empty where the act names it. `ranges` are the tokens that say so, `about` is what is open."""

    characters: Mapping[str, str | None]
    ranges: tuple[Range, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Construction:
    """One code, or several between which the note does not choose: then `about` names the axis that is open."""

    act: Act
    codes: tuple[str, ...]
    ranges: tuple[Range, ...]
    certainty: float
    about: str = ""


@dataclass(frozen=True)
class ActReader:
    """An act with all its mentions in a note."""

    act: Act
    mentions: Sequence[ActMention]
    text: ProcedureText
    tokens: Tokens
    words: Mapping[str, Sequence[Word]]
    vocabulary: Mapping[str, Sequence[AxisWord]]

    def is_meant(self) -> bool:
        """Whether the words that the act wants stand in the note, and none that bars it."""
        return all(self.words[group] for group in self.act.wants) and not any(
            self.words[group] for group in self.act.bars
        )

    def construct(self, tables: PcsTables) -> Iterator[Construction]:
        """A construction for each body part that is told."""
        choices = [self._choose(axis) for axis in AXES]
        for combination in product(*choices):
            part, *others = combination
            rest = [choice.characters[""] for choice in others]
            codes = [
                code
                for system, characters in part.characters.items()
                for code in tables.find(self.act.table.replace("@", system), [characters, *rest])
            ]
            if codes:
                yield self._to_construction(codes, combination)

    def _to_construction(self, codes: Sequence[str], choices: Sequence[Choice]) -> Construction:
        own = [(mention.first, mention.last) for mention in self.mentions]
        told = [range_ for choice in choices for range_ in choice.ranges]
        open_axes = [place for place, axis in enumerate(AXES) if len({_character(code, axis) for code in codes}) > 1]
        about = choices[open_axes[0]].about or AXES[open_axes[0]] if open_axes else ""
        certainty = max(mention.certainty for mention in self.mentions)
        return Construction(self.act, tuple(codes), tuple(dict.fromkeys([*own, *told])), certainty, about)

    def _choose(self, axis: str) -> list[Choice]:
        cell = self.act.cells[axis]
        match cell.kind:
            case CellKind.LITERAL:
                return self._with_sides(cell.values, "", (self.mentions[0].first, self.mentions[0].last))
            case CellKind.WORDS:
                return self._choose_by_words(axis, cell)
            case CellKind.NAMED:
                return [
                    self._number(cell, len({word.axis.values for word in self._counted(cell)}), self._counted(cell))
                ]
            case CellKind.USED:
                return [self._number(cell, count_used(self.tokens, self._counted(cell)), self._counted(cell))]
            case CellKind.HOURS:
                return [self._choose_by_hours(cell)]
        return [Choice({"": None})]

    def _choose_by_words(self, axis: str, cell: Cell) -> list[Choice]:
        """Several values are several body parts when one sentence names them; elsewhere they leave the axis open."""
        if cell.group == _APPROACH and self.words[_CONVERTED]:
            return [Choice({"": _OPEN}, _ranges(self.words[_CONVERTED][:1]))]
        found, is_close = self._nearest(cell.group)
        told = {word.axis: word for word in reversed(found)}
        if not told and cell.values:
            return [Choice({"": cell.values[0]})]
        if not told or (len(told) > 1 and not (axis == AXES[0] and is_close)):
            return [_leave_open(told or self.vocabulary[cell.group])]
        return [
            choice
            for word in reversed(told.values())
            for choice in self._with_sides(word.axis.values, word.axis.system, (word.first, word.last))
        ]

    def _with_sides(self, characters: Sequence[str], system: str, near: Range) -> list[Choice]:
        if len(characters) == 1:
            return [Choice({system: characters[0]}, () if near in self._own else (near,))]
        found = self._sides(near)
        ranges = (near, *((token, token + 1) for token, _ in found))
        sides = {side for _, side in found}
        if not sides:
            return [Choice({system: "".join(characters)}, about="laterality")]
        if BOTH in sides or len(sides) > 1:
            whole = [characters[BOTH]] if len(characters) > BOTH else characters[:BOTH]
            return [Choice({system: character}, ranges) for character in whole]
        return [Choice({system: characters[side]}, ranges) for side in sides]

    def _sides(self, near: Range) -> list[tuple[int, int]]:
        """Of the sentence; else of the paragraph or the note, where they name one side only."""
        sentence, item, note = self._scopes(near)
        close = nearest_sides(self.tokens, sentence, near)
        if close:
            return close
        for scope in (item, note):
            found = find_sides(self.tokens, scope)
            if found:
                return found[:1] if len({side for _, side in found}) == 1 else []
        return []

    def _nearest(self, group: str) -> tuple[list[Word], bool]:
        """The words of the nearest scope that has any, and whether that is the sentence of a mention."""
        beside = [
            word
            for word in (*self.words[group], *self.words.get(f"{group}_beside", ()))
            if any(first - _NEAR <= word.first and word.last <= last + _NEAR for first, last in self._own)
            and any(self._is_same_sentence(word, mention) for mention in self.mentions)
        ]
        if beside and group == _APPROACH:
            return beside, True
        for place in range(3):
            scopes = [self._scopes(own)[place] for own in self._own]
            found = [
                word
                for word in self.words[group]
                if any(scope[0] <= word.first and word.last <= scope[1] for scope in scopes)
            ]
            if found:
                return found, place == 0
        return [], False

    def _is_same_sentence(self, word: Word, mention: ActMention) -> bool:
        return self.tokens.sentences[word.first] == self.tokens.sentences[mention.first]

    @property
    def _own(self) -> list[Range]:
        return [(mention.first, mention.last) for mention in self.mentions]

    def _scopes(self, near: Range) -> tuple[Range, Range, Range]:
        """The sentence, the paragraph or list item, and the note around some tokens."""
        return _around(self.tokens.sentences, near), _around(self.tokens.items, near), (0, len(self.tokens))

    def _counted(self, cell: Cell) -> list[Word]:
        """The words of the group behind the first mention in its sentence, else of the sentence, else of the note."""
        first, last = self._own[0]
        sentence = _around(self.tokens.sentences, (first, last))
        everywhere = list(self.words[cell.group])
        for start, end in ((first, sentence[1]), sentence):
            found = [word for word in everywhere if start <= word.first and word.last <= end]
            if found:
                return found
        return everywhere

    def _number(self, cell: Cell, number: int | None, words: Sequence[Word]) -> Choice:
        if not number:
            return Choice({"": "".join(cell.values)}, about="number")
        return Choice({"": cell.values[min(number, len(cell.values)) - 1]}, _ranges(words))

    def _choose_by_hours(self, cell: Cell) -> Choice:
        """Under 24 hours, to 96, and beyond, told in the sentence of a mention."""
        for own in self._own:
            first, last = _around(self.tokens.sentences, own)
            hours = read_hours(self.text.text[self.tokens.starts[first] : self.tokens.ends[last - 1]])
            if hours is not None:
                return Choice({"": cell.values[(hours >= 24) + (hours > 96)]})
        return Choice({"": "".join(cell.values)}, about="duration")


def _leave_open(words: Iterable[AxisWord]) -> Choice:
    characters: dict[str, str] = defaultdict(str)
    for word in words:
        characters[word.system] += "".join(word.values)
    return Choice(dict(characters))


def _character(code: str, axis: str) -> str:
    """Of the part with its body system."""
    return code[1] + code[3] if axis == AXES[0] else code[3 + AXES.index(axis)]


def _around(numbers: Sequence[int], near: Range) -> Range:
    """The tokens of the same number as the first of `near`."""
    first, last = near
    while first and numbers[first - 1] == numbers[near[0]]:
        first -= 1
    while last < len(numbers) and numbers[last] == numbers[near[0]]:
        last += 1
    return first, last


def _ranges(words: Sequence[Word]) -> tuple[Range, ...]:
    return tuple((word.first, word.last) for word in words)
