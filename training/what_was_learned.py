"""What a version knows that the one before did not, by code; its phrases are hashes, so no words are told."""

from collections import Counter
from pathlib import Path

import pandas as pd

from models.coding.phrases import PhraseTable
from models.coding.recognize import PHRASES_FILE
from models.coding.visit import VisitRanker
from training.phrase_update import to_counts
from training.shadow import ShadowReport


def summarise_learned(before: Path, after: Path) -> pd.DataFrame:
    """By code: phrases that now stand for it, and by how much (log-odds) its own words and others move it."""
    old, new = (to_counts(PhraseTable.load(folder / PHRASES_FILE)).link_sentences for folder in (before, after))
    phrases = Counter(code for phrase, code in new.keys() - old.keys())
    visit = VisitRanker.load(after)
    codes = sorted(phrases.keys() | visit.own_words.keys() | visit.offsets.keys())
    table = pd.DataFrame(
        {
            "new_phrases": [phrases[code] for code in codes],
            "own_phrases": [len(visit.own_words[code].phrases) if code in visit.own_words else 0 for code in codes],
            "own_shift": [visit.own_words[code].shift if code in visit.own_words else 0.0 for code in codes],
            "offset": [visit.offsets.get(code, 0.0) for code in codes],
        },
        index=pd.Index(codes, name="code"),
    )
    return table.sort_values(["new_phrases", "own_shift"], ascending=False)


def to_disagreements(report: ShadowReport) -> pd.DataFrame:
    """One row an encounter that the two answer otherwise, the most surprising first."""
    rows = [one.model_dump() for one in report.disagreements]
    return pd.DataFrame(rows, columns=["encounter_id", "champion_only", "challenger_only", "kept", "widest_gap"])
