"""How well an encoder finds codes, and what it costs: `python -m training.encoder_evaluation FITTED ...`.

Prints a table of fitted folders beside the base encoder. Terms that measure are neither learned nor in the index.
"""

import argparse
import sys
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

from data.code_library import load_library
from data.codes import CodeSystem
from data.home import Home
from models.artifacts import hash_file
from models.coding.encoder import Encoder, Vectors
from models.coding.recognize import ENCODER_FILE, TOKENIZER_FILE
from training.bench import long_encounters
from training.coding_config import CodingConfig, TrainingData
from training.coding_sources import read_codiesp
from training.encoder_config import EncoderConfig
from training.encoder_evidence import split_chunks
from training.encoder_export import export_encoder, find_base
from training.encoder_queries import Queries, Query, ask_held_terms, ask_sentences
from training.encoder_sources import EncoderData
from training.encoder_terms import EncoderTerms
from training.vector_cache import VectorCache

LIMIT = 10
_NEIGHBOURS = 150
_ROWS = 128
_WORDS = 600
_ROUNDS = 5


class TermIndex:
    """Terms with their vectors (terms, size), all compared with each query. Needs no clusters: it only measures."""

    def __init__(self, terms: EncoderTerms, cache: VectorCache, *, titles_alone: bool = False) -> None:
        codes: dict[str, set[str]] = {}
        for code, texts in terms.indexed.items():
            for text in texts[:1] if titles_alone else texts:
                codes.setdefault(text, set()).add(code)
        self._codes = [sorted(found) for found in codes.values()]
        self._vectors = cache.encode(list(codes))

    def find_near(self, queries: Vectors) -> list[list[tuple[float, list[str]]]]:
        """For each query the nearest terms, nearest first: cosine and codes."""
        found = []
        for start in range(0, len(queries), _ROWS):
            cosines = queries[start : start + _ROWS] @ self._vectors.T
            count = min(_NEIGHBOURS, cosines.shape[1] - 1)
            nearest = np.argpartition(-cosines, count, axis=1)[:, :count]
            found += [self._sort(terms, row) for terms, row in zip(nearest, cosines, strict=True)]
        return found

    def _sort(self, terms: npt.NDArray[np.intp], cosines: Vectors) -> list[tuple[float, list[str]]]:
        return [(float(cosines[term]), self._codes[term]) for term in sorted(terms, key=lambda term: -cosines[term])]


def measure_recall(queries: Queries, index: TermIndex, cache: VectorCache, limit: int = LIMIT) -> dict[str, float]:
    """By group, the share of queries with a right code among the first `limit`."""
    texts = queries.texts()
    near = dict(zip(texts, index.find_near(cache.encode(texts)), strict=True))
    return {
        name: float(np.mean([_is_found(query, near, limit) for query in group]))
        for name, group in queries.groups.items()
    }


def _is_found(query: Query, near: dict[str, list[tuple[float, list[str]]]], limit: int) -> bool:
    """Texts of one query are merged by cosine."""
    terms = sorted((term for text in query.texts for term in near[text]), key=lambda term: -term[0])
    ranked = dict.fromkeys(code for _, codes in terms for code in codes if query.among is None or code in query.among)
    first: Set[str] = set(list(ranked)[:limit])
    return bool(first & query.codes)


def measure_milliseconds(folder: Path) -> float:
    """The middle time for the chunks of one note of 600 words, one thread."""
    encoder = Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=1)
    texts = [item.documents[0].text for item in long_encounters(_WORDS)[:6]]
    notes = [list(dict.fromkeys(chunk for line in text.split("\n") for chunk in split_chunks(line))) for text in texts]
    times = []
    for _ in range(_ROUNDS):
        for chunks in notes:
            started = perf_counter()
            encoder.encode(chunks)
            times.append(1000 * (perf_counter() - started))
    return float(np.median(times))


@dataclass(frozen=True)
class _Bench:
    """What every encoder is measured on."""

    terms: EncoderTerms
    queries: Queries
    work: Path

    def measure(self, folder: Path, *, titles_alone: bool = False) -> dict[str, float]:
        """`folder` holds an exported encoder."""
        encoder = Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=2)
        cache = VectorCache(self.work, encoder, hash_file(folder / ENCODER_FILE))
        index = TermIndex(self.terms, cache, titles_alone=titles_alone)
        recall = measure_recall(self.queries, index, cache)
        size = (folder / ENCODER_FILE).stat().st_size / 1e6
        return {**recall, "ms a note": measure_milliseconds(folder), "MB": size}


def compare_encoders(data: EncoderData, config: EncoderConfig, fitted: Sequence[Path], home: Home) -> str:
    """A Markdown table; `fitted` are folders with weights, each exported into itself where it is not yet."""
    terms = data.terms(config)
    code_set = load_library(home).latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise LookupError("there is no ICD-10-CM release to search")
    seen = {code for note in data.reports() for code in note.codes}
    dev = read_codiesp(data.codiesp, "dev")
    groups = {**ask_held_terms(terms, code_set).groups, **ask_sentences(dev, terms, seen).groups}
    bench = _Bench(terms, Queries(groups), home.cache)
    base = _exported(find_base(), home.cache / "encoder-base")
    rows = {"base, titles alone": bench.measure(base, titles_alone=True), "base": bench.measure(base)}
    rows |= {folder.name: bench.measure(_exported(folder, folder)) for folder in fitted}
    counts = {name: len(group) for name, group in groups.items()}
    return _as_table(rows, counts)


def _exported(fitted: Path, folder: Path) -> Path:
    if not (folder / ENCODER_FILE).exists():
        export_encoder(fitted, folder)
    return folder


def _as_table(rows: dict[str, dict[str, float]], counts: dict[str, int]) -> str:
    columns = list(next(iter(rows.values())))
    heads = [f"{name} (n {counts[name]})" if name in counts else name for name in columns]
    lines = [
        f"| {name} | " + " | ".join(f"{row[column]:.3f}" for column in columns) + " |" for name, row in rows.items()
    ]
    return "\n".join([f"| recall@{LIMIT} | " + " | ".join(heads) + " |", "|---" * (len(columns) + 1) + "|", *lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fitted", type=Path, nargs="*", help="folders of fitted weights")
    data, config = TrainingData.find(), CodingConfig.load()
    if data is None:
        sys.exit("the training data is not here (CHARTCODE_SHARED_DATA names its folder)")
    sources = EncoderData(data.folder / config.sources.terms, data.folder / config.sources.codiesp)
    sys.stdout.write(
        compare_encoders(sources, config.encoder, parser.parse_args().fitted, Home.from_environment()) + "\n"
    )


if __name__ == "__main__":
    main()
