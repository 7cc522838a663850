"""Which mentions a coder's evidence speaks for.

A code of the note tells little about each of its mentions: the words of many are there by chance, and those are what a
ranker must learn to tell from the words that the coder read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from data.gold import GoldCase
from data.notes import Note, Span
from models.coding.candidates import MentionTable
from training.visit_fit import names_of

Evidence = tuple[str, str]
_Place = tuple[str, str]


def find_supported(
    table: MentionTable, documents: Iterable[Note], evidence: Sequence[Evidence]
) -> npt.NDArray[np.bool_]:
    """*Shape:* (mentions,). `evidence` pairs compact codes with words of the documents, wherever these stand."""
    places: dict[_Place, list[Span]] = defaultdict(list)
    for document in documents:
        for code, quote in evidence:
            places[code, document.document_id] += _find_all(quote, document.text)
    return np.array(
        [
            any(
                place.start < mention.span.end and mention.span.start < place.end
                for place in places.get((mention.code, mention.document_id), ())
            )
            for mention in table.mentions
        ],
        dtype=np.bool_,
    )


def named_evidence(case: GoldCase) -> list[Evidence]:
    """Of the codes that the notes rightly name, and of those that rules make these out of."""
    return [
        (name, place.quote)
        for diagnosis in case.labels.diagnoses
        for code in (diagnosis.code, *diagnosis.alternatives)
        for name in names_of(code.compact)
        for place in diagnosis.evidence
    ]


def _find_all(quote: str, text: str) -> Iterator[Span]:
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield Span(start=start, end=start + len(quote))
        start = text.find(quote, start + 1)
