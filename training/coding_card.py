"""The model card that lies beside the weights."""

from pathlib import Path

from training.coding_evaluation import Evaluation

CARD_FILE = "model_card.md"
_TEXT = """# Coding model {version}

Suggests ICD-10-CM codes for clinical notes in English, each with the words that support it; a person decides.

## What it is
A sentence goes through three sources of candidates: phrases learned from coders' evidence, a lexicon of terms
compared as bags of words, and a transformer (all-MiniLM-L6-v2, Apache-2.0, int8) whose vectors are compared with those
of terms. Two gradient-boosted rankers (mentions, then codes) and a sigmoid turn them into probabilities.

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
- Terms that name codes: tabular list and Alphabetic Index of ICD-10-CM (CDC/NCHS), ICD-9-CM titles through the General
  Equivalence Mappings (CMS), Disease Ontology (CC0), MONDO (CC BY 4.0), and the project's own synonyms."""
_CHAMPION = "- The champion before it, with all that it was trained on."
_DECISIONS = "- Decisions of coders on {decisions} notes."
_MEASURED = "Measured on the development split of CodiEsp, unseen in training; all gold codes, profile `mentions`."
_UNMEASURED = "Nothing was held out. Compare it with the champion before promoting it."


def write_card(folder: Path, version: str, *, decisions: int, evaluation: Evaluation | None) -> None:
    """`evaluation` is None for a version that learned from decisions alone."""
    sources = [_CORPORA if evaluation else _CHAMPION, _DECISIONS.format(decisions=decisions)]
    text = _TEXT.format(
        version=version,
        sources="\n".join(sources),
        notes=_MEASURED if evaluation else _UNMEASURED,
        table=evaluation.as_table() if evaluation else "",
    )
    (folder / CARD_FILE).write_text(text, "utf8")
