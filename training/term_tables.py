"""Builds the two tables of terms that recognition reads: bags of words, and vectors."""

from collections.abc import Iterable, Sequence

import numpy as np

from data.synonyms import load_synonyms
from models.coding.encoder import Encoder
from models.coding.lexicon import Lexicon, TermSource
from models.coding.vectors import TermVectors
from models.coding.words import read_words
from training.coding_sources import Term, without_encounter
from training.progress import track

_ENCODED = TermSource.TITLE | TermSource.INCLUSION | TermSource.INDEX | TermSource.NEOPLASM | TermSource.ICD9
_ENCODED |= TermSource.ONTOLOGY | TermSource.SYNONYM
_CHUNK = 2048


def synonym_terms() -> list[Term]:
    """The project's own synonyms and shorthand."""
    return [Term(synonym.phrase, code, TermSource.SYNONYM) for synonym in load_synonyms() for code in synonym.codes]


def build_lexicon(terms: Iterable[Term]) -> Lexicon:
    return Lexicon.build([(read_words(term.text), term.code, term.source) for term in terms])


def build_vectors(terms: Iterable[Term], encoder: Encoder, *, directions: int) -> TermVectors:
    """One vector a distinct term; about ten minutes a core for 150,000 terms."""
    codes_of: dict[str, dict[str, None]] = {}
    for term in map(without_encounter, terms):
        if term.source & _ENCODED and not term.is_short:
            codes_of.setdefault(term.text, {})[term.code] = None
    texts = list(codes_of)
    starts = range(0, len(texts), _CHUNK)
    vectors = [encoder.encode(texts[start : start + _CHUNK]) for start in track(starts, "term vectors")]
    return TermVectors.build(np.concatenate(vectors), _grouped(codes_of.values()), directions=directions)


def _grouped(groups: Iterable[dict[str, None]]) -> Sequence[Sequence[str]]:
    return [list(group) for group in groups]
