"""Cuts the sections of a note into sentences; a line of a list is a sentence of its own."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from data.notes import Span
from data.reference.rows import read_rows
from models.coding.sections import Section

# Longer stretches without an end (tables, pasted binary) are cut, so that work per sentence stays bounded.
MAX_SENTENCE = 2000
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
# Wrapped lines end within so many characters of the column; of all lines at least this share do.
_RAGGED = 15
_LEAST_FULL = 1 / 3
_ITEM = re.compile(r"[ \t]*(?:[-*•·▪◦>+]|\(?\d{1,2}[.)]|[a-zA-Z][.)]|\[[ xX✓]?\]|#)[ \t]*(?=\S)")
_NUMBER = re.compile(r"[ \t]*(\d{1,2})[.)]?[ \t]+(?=[^\W\d])")
_LABEL = re.compile(r"[ \t]*[A-Z][\w/&() -]{1,40}:(?=\s|$)")
_OPEN_ENDED = re.compile(
    r"(?:,|/|\b(?:and|or|with|without|of|the|to|for|a|an|in|on|at|by|no|denies|from|is|was|has|had|her|his|that|which))$",
    re.IGNORECASE,
)
# A question mark that opens an item ("- ? gout") ends nothing.
_STOP = re.compile(
    r"(?<![.!?])(?<![-–(:,;.)#]\s)[.!?]+[\"'”’)\]]{0,4}(?=\s|$)|(?<=[a-z]{3})\.(?=[A-Z][a-z])"
    r"|(?<=[a-z)])[!?](?=[A-Z])"
)
_LAST_WORD = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]+$|\d+$")
# Capitals that open a sentence: a wrapped line would carry these words in lower case.
_OPENER = re.compile(
    r"(?:The|There|This|These|She|He|They|We|You|It|No|Not|Nil|Patient|Pt|Her|His|In|On|At|As|With|Has|Had|Is|Was|Will"
    r"|Denies|Reports|Also|If|Please|Continue|Start|Otherwise|However)\b"
)
_NAMED_BY_LETTER = frozenset(
    {"vitamin", "hepatitis", "type", "grade", "class", "stage", "category", "group", "influenza"}
)
_NUMBERED = frozenset({"no", "nos", "fig", "figs", "vol", "pp"})


@cache
def _abbreviations() -> dict[str, bool]:
    """Shortened words that are written with a stop, and whether a sentence may end with them."""
    return {row["word"]: row["ends_sentence"] == "maybe" for row in read_rows("stopped_abbreviations.tsv")}


def find_sentences(text: str, sections: tuple[Section, ...]) -> tuple[Span, ...]:
    """The sentences of the note in order, without surrounding blanks; none crosses a section or holds a header."""
    return tuple(
        span
        for section in sections
        if section.body
        for start, end in _blocks(text, section.body.start, section.body.end)
        for span in _split(text, start, end)
    )


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches that hold whole sentences: wrapped lines joined, lines of a list apart."""
    lines = [match.span() for match in _LINE.finditer(text, start, end) if not match.group().isspace()]
    if not lines:
        return
    opened = lines[0][0]
    width = _wrap_width(lines)
    for before, after in pairwise(lines):
        if _counts_on(text, opened, after[0]) or not _is_wrapped(text, before, after, width):
            yield opened, before[1]
            opened = after[0]
    yield opened, lines[-1][1]


def _counts_on(text: str, opened: int, line: int) -> bool:
    """Whether a line has the number after that of the block: a list whose numbers have no stop."""
    first, second = _NUMBER.match(text, opened), _NUMBER.match(text, line)
    return first is not None and second is not None and int(second[1]) == int(first[1]) + 1


def _wrap_width(lines: list[tuple[int, int]]) -> int:
    """The column at which lines were wrapped: the second longest line, so that one long line sets nothing; 0 where too
    few lines reach it to be wrapped there."""
    lengths = sorted((end - start for start, end in lines), reverse=True)
    width = lengths[1] if len(lengths) > 2 else lengths[0]
    full = sum(length > width - _RAGGED for length in lengths)
    return width if full >= _LEAST_FULL * len(lengths) else 0


def _is_wrapped(text: str, before: tuple[int, int], after: tuple[int, int], width: int) -> bool:
    """Whether the second line goes on with the sentence of the first."""
    if after[0] - before[1] > 2 or text.count("\n", before[1], after[0]) > 1:
        return False
    tail = text[max(before[0], before[1] - 40) : before[1]].rstrip()
    head = text[after[0] : min(after[1], after[0] + 60)]
    if not tail or tail[-1] in ".:;!?" or _ITEM.match(head) or _LABEL.match(head):
        return False
    if _OPEN_ENDED.search(tail):
        return True
    if not width or _OPENER.match(head):
        return False
    first_word = head.split(maxsplit=1)[0]
    is_full = width >= 50 and before[1] - before[0] + 1 + len(first_word) > width - 8
    return is_full or (first_word[0].islower() and before[1] - before[0] >= max(45, 0.75 * width))


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of a block."""
    opened = start
    item = _ITEM.match(text, start, end)
    search_from = item.end() if item else start
    for stop in _STOP.finditer(text, search_from, end):
        if _ends_sentence(text, opened, stop, end):
            yield from _bounded(text, opened, stop.end())
            opened = stop.end()
    yield from _bounded(text, opened, end)


def _ends_sentence(text: str, opened: int, stop: re.Match[str], end: int) -> bool:
    if stop.group()[0] != ".":
        return True
    rest = text[stop.end() : min(end, stop.end() + 40)].split(maxsplit=1)
    following = rest[0] if rest else ""
    match = _LAST_WORD.search(text, max(opened, stop.start() - 20), stop.start())
    word = match.group() if match else ""
    lowered = word.lower()
    if lowered in _NUMBERED:
        return not following[:1].isdigit()
    if lowered in _abbreviations():
        return not following or (_abbreviations()[lowered] and following[:1].isupper())
    if len(word) == 1 and word.isupper():
        return _letter_ends(text, opened, stop.start(), following)
    return not (word.isdigit() and match and text[opened : match.start()].strip() == "")


def _letter_ends(text: str, opened: int, position: int, following: str) -> bool:
    """Whether the sentence ends after a single capital: "vitamin D." and "38 C." do, "E. coli" and "J. Doe" don't."""
    if not following or _OPENER.match(following):
        return True
    before = text[max(opened, position - 30) : position - 1].split()
    return bool(before) and (before[-1].lower() in _NAMED_BY_LETTER or before[-1][-1].isdigit())


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        yield Span(start=start, end=cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Span(start=start, end=end)
