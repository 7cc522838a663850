"""The stretches of a sentence that the encoder looks at: roughly one finding each."""

import re
from collections.abc import Iterator

from data.notes import Span

_BREAK = re.compile(
    r"[,;:()\[\]/|•]|\b(?:and|or|with|without|by|was|were|is|are|had|has|have|showed|shows|revealed|presented|presents|"
    r"presenting|who|which|that|for|from|after|before|during|since|at|due to|secondary to|compatible with|"
    r"suggestive of|consistent with|diagnosed|underwent|history of|where|being|showing|observed|found|as|but|"
    r"denies|reports|on)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_TELLING = re.compile(r"[^\W\d_]{4}|[A-Z]{2}")
MAX_WORDS = 10


def find_chunks(text: str, span: Span) -> Iterator[Span]:
    """The chunks of a sentence that could name a condition, in order, without surrounding blanks."""
    start = span.start
    for stop in [match.span() for match in _BREAK.finditer(text, span.start, span.end)] + [(span.end, span.end)]:
        chunk = text[start : stop[0]]
        if 1 <= len(_WORDS.findall(chunk)) <= MAX_WORDS and _TELLING.search(chunk):
            yield Span(start=start + len(chunk) - len(chunk.lstrip()), end=start + len(chunk.rstrip()))
        start = stop[1]
