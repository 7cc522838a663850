"""Stretches of coded case reports, paired with the terms by which they were coded; and stretches without codes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from data.notes import Span
from models.coding.chunks import find_chunks
from training.coding_sources import CodedNote
from training.encoder_batches import Pair
from training.vector_cache import VectorCache

_LEAST_COSINE = 0.45


def pair_evidence(notes: Sequence[CodedNote], terms: Mapping[str, Sequence[str]], cache: VectorCache) -> list[Pair]:
    """Of each evidence sentence the chunk that the base encoder finds nearest to a term of the code, with that term.

    Coders marked more words than name the code; sentences with no chunk near enough are left out.
    """
    rows = [(code, split_chunks(text)) for note in notes for code, text in note.evidence if code in terms]
    rows = [(code, chunks) for code, chunks in rows if chunks]
    names = dict.fromkeys(name for code, chunks in rows for name in (*chunks, *terms[code]))
    vectors = dict(zip(names, cache.encode(list(names)), strict=True))
    found: dict[Pair, None] = {}
    for code, chunks in rows:
        near = np.stack([vectors[chunk] for chunk in chunks]) @ np.stack([vectors[term] for term in terms[code]]).T
        row, column = divmod(int(near.argmax()), near.shape[1])
        pair = Pair(chunks[row], terms[code][column], code)
        if near.max() >= _LEAST_COSINE and pair.anchor != pair.positive:
            found[pair] = None
    return list(found)


def split_chunks(text: str) -> list[str]:
    """The chunks of a sentence as serving encodes them."""
    return [span.slice(text).lower() for span in find_chunks(text, Span(start=0, end=len(text)))] if text else []


def read_unlabelled(path: Path) -> Iterator[str]:
    """The distinct chunks of a file of case reports, in order."""
    seen: dict[str, None] = {}
    with path.open(encoding="utf8") as lines:
        for line in lines:
            text = json.loads(line)["text_en"]
            for part in text.split("\n"):
                seen.update(dict.fromkeys(split_chunks(part)))
    yield from seen
