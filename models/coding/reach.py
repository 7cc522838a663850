"""How far a cue reaches over the tokens of its sentence."""

from typing import NamedTuple

from models.coding.cues import CueMatch, Extent, Stops, Token

_MAX_TOKENS = {
    Extent.SHORT: 5,
    Extent.ITEM: 8,
    Extent.PHRASE: 16,
    Extent.LIST: 80,
    Extent.SENTENCE: 160,
    Extent.NONE: 0,
}
_BOXES = frozenset({"[]", "[ ]", "[x]", "[✓]", "( )", "(x)", "☐", "☒", "☑"})
_BREAKS = _BOXES | {";", "|"}
_ITEM_BREAKS = frozenset({",", "and", "with", "without", "then", "(", ")"})
_LINKS = frozenset({":", "?", "=", "-", ","})
_SMALL_WORDS = frozenset({"the", "a", "an", "of", "to", "in", "at", "by", "for", "on", "from", "his", "her", "is"})
_STARTS = frozenset({",", ";", ":", "(", "-", "and", "or", "of", "with", "for", "from", "a", "an", "the", "his", "her"})
_ENDS = frozenset({",", ";", ".", ")", "!", "|", "/", "and", "but", "]", "+", "(+)"})


class Clause(NamedTuple):
    """A sentence as the cues see it. `cue_kinds`: by token, what the cue asserts that begins there."""

    tokens: tuple[Token, ...]
    stops: Stops
    cue_kinds: dict[int, frozenset[str]]

    def is_at_end(self, index: int) -> bool:
        """Whether nothing follows at `index` that a cue before it could speak of."""
        if index >= len(self.tokens):
            return True
        return self.tokens[index].text in _ENDS or self.stops.closes_at(index, "")

    def is_at_start(self, index: int) -> bool:
        """Whether the token opens a phrase, so that it describes what follows ("with resolved pneumonia")."""
        return index == 0 or self.tokens[index - 1].text in _STARTS

    def forward(self, match: CueMatch, kind: str, extent: Extent) -> tuple[int, int]:
        """The tokens [first, last) after the cue that it speaks of."""
        first = match.last
        if self._is_list_head(first):
            first, extent = first + 1, max(extent, Extent.LIST, key=_MAX_TOKENS.__getitem__)
        last = first
        limit = min(self._end_of_parenthesis(match.first), first + _MAX_TOKENS[extent])
        while last < limit and not self._ends_forward(last, first, kind, extent):
            last += 1
        return first, last

    def backward(self, match: CueMatch, kind: str, extent: Extent) -> tuple[int, int]:
        """The tokens [first, last) before the cue that it speaks of."""
        last = match.first
        if last > 0 and self.tokens[last - 1].text in _LINKS:
            last -= 1
        first = last
        limit = max(0, last - _MAX_TOKENS[extent])
        while first > limit and not self._ends_backward(first - 1, kind, extent):
            first -= 1
        return first, last

    def _ends_forward(self, index: int, first: int, kind: str, extent: Extent) -> bool:
        word = self.tokens[index].text
        if word == ";" and self._is_list_head(first - 1):
            return self._closes_list(index, kind, extent)
        if self._is_barrier(index, kind) or kind in self.cue_kinds.get(index, ()):
            return True
        return extent is not Extent.SENTENCE and self._ends_list(index, first, kind, extent)

    def _is_barrier(self, index: int, kind: str) -> bool:
        return self.tokens[index].text in _BREAKS or self.stops.closes_at(index, kind)

    def _ends_list(self, index: int, first: int, kind: str, extent: Extent) -> bool:
        word = self.tokens[index].text
        if word == ":":
            return index - first > 4
        if extent in (Extent.SHORT, Extent.ITEM):
            return word in _ITEM_BREAKS or (index > first and index in self.cue_kinds)
        if word == ",":
            return self._closes_list(index, kind, extent)
        return word == "and" and self._has(index + 1, "clause")

    def _ends_backward(self, index: int, kind: str, extent: Extent) -> bool:
        word = self.tokens[index].text
        if self._is_barrier(index, kind):
            return True
        if extent is Extent.SENTENCE:
            return False
        if index in self.cue_kinds or self._has(index, "clause"):
            return True
        if extent in (Extent.SHORT, Extent.ITEM):
            return word in _ITEM_BREAKS or (extent is Extent.SHORT and self._ends_short(index))
        return word in (",", "and") and self._is_clause_before(index)

    def _ends_short(self, index: int) -> bool:
        word, start, _ = self.tokens[index]
        is_dash = word == "-" and index > 0 and start > self.tokens[index - 1].end
        return is_dash or word == ":" or word in _SMALL_WORDS

    def _end_of_parenthesis(self, index: int) -> int:
        """Where the parenthesis that holds the token ends; the end of the sentence when none holds it."""
        words = [token.text for token in self.tokens]
        opened = max((place for place in range(index) if words[place] == "("), default=-1)
        if opened < 0 or ")" in words[opened:index] or ")" not in words[index:]:
            return len(words)
        return words.index(")", index)

    def _is_list_head(self, index: int) -> bool:
        """Whether the token is the colon between a cue and its list ("Denies: fever; chills")."""
        return 0 < index < len(self.tokens) and self.tokens[index].text == ":"

    def _closes_list(self, comma: int, kind: str, extent: Extent) -> bool:
        """Whether a list ends at this comma: a clause of its own follows, or (for a phrase) no "or" does."""
        first = comma + 1
        while first < len(self.tokens) and self.tokens[first].text in ("and", "or", "nor"):
            if self.tokens[first].text != "and":
                return False
            first += 1
        last = self._segment_end(first)
        if kind != "hypothetical" and any(self._has(index, "clause") for index in range(first, last)):
            return True
        is_joined = self._is_or_list(first, kind)
        if extent is Extent.PHRASE:
            return not is_joined
        return kind == "negated" and not is_joined and self._has(first, "lead")

    def _segment_end(self, index: int) -> int:
        while index < len(self.tokens) and self.tokens[index].text not in (",", ";", "or", "nor"):
            index += 1
        return index

    def _is_or_list(self, index: int, kind: str) -> bool:
        """Whether an "or" comes before the reach of the cue would end anyway."""
        for place in range(index, min(len(self.tokens), index + 40)):
            if self.tokens[place].text in ("or", "nor"):
                return True
            if self._is_barrier(place, kind) or self._has(place, "clause"):
                return False
        return False

    def _is_clause_before(self, index: int) -> bool:
        """Whether the words before the comma or "and" at `index` are a clause with a verb or cue of their own."""
        place = index - 1
        while place >= 0 and self.tokens[place].text not in (",", ";"):
            if self._has(place, "clause") or self._has(place, "all") or place in self.cue_kinds:
                return True
            place -= 1
        return False

    def _has(self, index: int, role: str) -> bool:
        return index < len(self.tokens) and role in self.stops.closes[index]
