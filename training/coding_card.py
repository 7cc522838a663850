"""The model card that lies beside the weights."""

from collections.abc import Mapping
from pathlib import Path

CARD_FILE = "model_card.md"
_TEXT = """# Coding model {version}

Suggests ICD-10-CM codes for clinical notes in English, each with the words that support it; a person decides.

## What it is
A sentence goes through three sources of candidates: phrases learned from coders' evidence, a lexicon of terms
compared as bags of words, and a transformer (three layers of all-MiniLM-L6-v2, Apache-2.0, fitted to coded terms and
to evidence, int8) whose vectors are compared with those of terms. Two gradient-boosted rankers (mentions, then codes)
and a sigmoid turn them into probabilities. For visits, a third one weighs where and how the note speaks of a condition,
and what its words say of the details that tell the codes of a category apart.

## What it was trained on
{sources}
The artefact holds weights, counts, vectors and hashes of words, no text of these sources.

## How well it does
{notes}
{table}

## Limits
- Case reports of Spanish hospitals in machine translation are not US visit notes: outside the profile `mentions` the
  probabilities rank well and are calibrated poorly until a clinic's own decisions have been learned.
- Every condition that a case report mentions was coded there; visit notes code what was treated. The profiles
  `outpatient` and `inpatient` select by rules of the Official Guidelines on top of the same recognition.
- Not measured: notes in other languages, paediatric subspecialties, handwriting read by OCR.
"""
_CORPORA = """- CodiEsp (Miranda-Escalada et al., CLEF eHealth 2020, CC BY 4.0): case reports with evidence, ICD-10-CM.
- The training splits of the project's own invented notes, gold and coded once: phrases, rankers, what visits report.
- Terms that name codes: tabular list and Alphabetic Index of ICD-10-CM (CDC/NCHS), ICD-9-CM titles through the General
  Equivalence Mappings (CMS), Disease Ontology (CC0), MONDO (CC BY 4.0), and the project's own synonyms."""
_CHAMPION = "- The champion before it, with all that it was trained on."
_DECISIONS = "- Decisions of coders on {decisions} notes."
_MEASURED = """Measures that begin with visit_ are of suggestion sets on the development split of the project's invented
gold notes; the others are of the profile `mentions` on the development split of CodiEsp, all gold codes. Neither was
trained on."""


def as_table(metrics: Mapping[str, float]) -> str:
    rows = [f"| {name} | {value:.3f} |" for name, value in metrics.items()]
    return "\n".join(["| measure | value |", "|---|---|", *rows])


def write_card(folder: Path, version: str, *, decisions: int, metrics: Mapping[str, float], is_full: bool) -> None:
    """`is_full` is False for a version that learned from decisions alone."""
    sources = [_CORPORA if is_full else _CHAMPION, _DECISIONS.format(decisions=decisions)]
    text = _TEXT.format(version=version, sources="\n".join(sources), notes=_MEASURED, table=as_table(metrics))
    (folder / CARD_FILE).write_text(text, "utf8")
