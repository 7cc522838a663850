"""Builds the two tables of terms that recognition reads: bags of words, and vectors."""

from collections.abc import Iterable

from data.synonyms import load_synonyms
from models.coding.lexicon import Lexicon, TermSource
from models.coding.vectors import TermVectors
from models.coding.words import read_words
from training.coding_sources import Term, without_encounter
from training.vector_cache import VectorCache
from training.vector_packing import pack_vectors

_ENCODED = TermSource.TITLE | TermSource.INCLUSION | TermSource.INDEX | TermSource.NEOPLASM | TermSource.ICD9
_ENCODED |= TermSource.ONTOLOGY | TermSource.SYNONYM


def synonym_terms() -> list[Term]:
    """The project's own synonyms and shorthand."""
    return [Term(synonym.phrase, code, TermSource.SYNONYM) for synonym in load_synonyms() for code in synonym.codes]


def is_encoded(term: Term) -> bool:
    """Whether serving keeps a vector of the term."""
    return bool(term.source & _ENCODED) and not term.is_short


def build_lexicon(terms: Iterable[Term]) -> Lexicon:
    return Lexicon.build([(read_words(term.text), term.code, term.source) for term in terms])


def build_vectors(terms: Iterable[Term], cache: VectorCache, *, directions: int) -> TermVectors:
    """One vector a distinct term; about ten minutes a core for 150,000 new terms."""
    codes_of: dict[str, dict[str, None]] = {}
    for term in map(without_encounter, terms):
        if is_encoded(term):
            codes_of.setdefault(term.text, {})[term.code] = None
    groups = [list(codes) for codes in codes_of.values()]
    return pack_vectors(cache.encode(list(codes_of)), groups, directions=directions)
