"""What the coding model is trained on when it is trained from the ground up: coded case reports and coded terms."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.notes import Note
from models.coding.lexicon import TermSource

_SOURCES = {
    "tabular_desc": TermSource.TITLE,
    "tabular_inclusion": TermSource.INCLUSION,
    "index_path": TermSource.INDEX,
    "index_with_nemod": TermSource.INDEX,
    "index_see_resolved": TermSource.INDEX,
    "neoplasm": TermSource.NEOPLASM,
    "external": TermSource.EXTERNAL,
    "icd9_long": TermSource.ICD9,
    "icd9_short": TermSource.ICD9,
    "DO": TermSource.ONTOLOGY,
    "MONDO_exact": TermSource.ONTOLOGY,
}
_ENCOUNTER = re.compile(r" (?:initial|subsequent) encounter.*$| sequela$")
# Characters of a code that tells the encounter of an injury by its last one.
ENCOUNTER_LENGTH = 7
_SENTENCE_END = re.compile(r"(?<=[.;])\s+|\n")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that name a code. `is_short` marks abbreviated wording that means little to an encoder."""

    text: str
    code: str
    source: TermSource
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class CodedNote:
    """A note with the codes that people gave it. `evidence` pairs a compact code with a sentence that supports it."""

    note: Note
    codes: frozenset[str]
    evidence: tuple[tuple[str, str], ...] = field(repr=False)


def read_terms(path: Path) -> Iterator[Term]:
    """Reads (term, code, source) rows of a gzipped CSV; drug table rows are left out, since they name poisonings."""
    with gzip.open(path, "rt", encoding="utf8", newline="") as stream:
        for row in csv.DictReader(stream):
            source = _SOURCES.get(row["source"])
            if source is not None:
                yield Term(row["term"], row["code"], source, row["source"] in ("icd9_short", "index_with_nemod"))


def read_reversed_terms(path: Path) -> Iterator[Term]:
    """Index paths of the same table in the order of speech, which teach an encoder and add no words to a bag."""
    with gzip.open(path, "rt", encoding="utf8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["source"] == "index_reversed":
                yield Term(row["term"], row["code"], TermSource.INDEX)


def without_encounter(term: Term) -> Term:
    """An injury's title without its seventh character's words, which no note says."""
    if term.source is not TermSource.TITLE or len(term.code) < ENCOUNTER_LENGTH:
        return term
    return Term(_ENCOUNTER.sub("", term.text), term.code[: ENCOUNTER_LENGTH - 1], term.source)


def read_codiesp(folder: Path, split: str) -> list[CodedNote]:
    """Reads a split of CodiEsp (Miranda-Escalada et al. 2020), English texts, ICD-10-CM diagnoses."""
    codes = _group(folder / "diagnosis_codes.tsv", split, "icd10cm")
    evidence: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(folder / "diagnosis_sentences_en.tsv", split):
        for sentence in _SENTENCE_END.split(row["en_sentences"]):
            if sentence:
                evidence.setdefault(row["doc_id"], []).append((_compact(row["icd10cm"]), sentence))
    with (folder / "docs.jsonl").open(encoding="utf8") as lines:
        documents = [document for document in map(json.loads, lines) if document["split"] == split]
    return [
        CodedNote(
            Note(document_id=document["doc_id"], text=document["text_en"]),
            frozenset(codes.get(document["doc_id"], ())),
            tuple(dict.fromkeys(evidence.get(document["doc_id"], ()))),
        )
        for document in documents
    ]


def _rows(path: Path, split: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from (row for row in reader if row["split"] == split)


def _group(path: Path, split: str, column: str) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for row in _rows(path, split):
        groups.setdefault(row["doc_id"], set()).add(_compact(row[column]))
    return groups


def _compact(code: str) -> str:
    return code.replace(".", "").upper()
