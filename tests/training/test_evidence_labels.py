"""Which mentions the evidence of a coder speaks for, and that others teach nothing."""

from dataclasses import replace

import numpy as np
import pytest

from data.gold import GoldCase, Split, load_gold
from data.notes import Note, Span
from models.coding.assertion import Assertion
from models.coding.candidates import Mention, MentionTable
from models.coding.document import Sentence
from models.coding.features import MentionFeature
from models.coding.sections import find_sections
from training.evidence_labels import Evidence, find_supported, named_evidence
from training.ranker_fit import RankedNote, RankerConfig, fit_ranker
from training.visit_fit import named_codes

TEXT = "Asthma since childhood. Today wheezing, asthma exacerbation. Asthma plan given."
SENTENCE = Sentence(TEXT, Span(start=0, end=len(TEXT)), find_sections(TEXT)[0])


def mention(code: str, start: int, end: int) -> Mention:
    return Mention(code, "d", 0, Span(start=start, end=end), SENTENCE, Assertion())


@pytest.mark.parametrize(
    ("evidence", "supported"),
    [
        ([("J45901", "asthma exacerbation")], [False, True, False]),
        ([("J45901", "exacerbation")], [False, True, False]),  # they share a word
        ([("J45901", "wheezing")], [False, False, False]),
        ([("J45901", "Asthma")], [True, False, True]),  # wherever the words stand
        ([("I10", "asthma exacerbation")], [False, False, False]),  # another code's
        ([("J45901", "")], [False, False, False]),
        ([("J45901", "not in the note")], [False, False, False]),
        ([], [False, False, False]),
    ],
)
def test_mentions_on_the_words_are_supported(evidence: list[Evidence], supported: list[bool]) -> None:
    places = [(0, 6), (40, 59), (61, 67)]
    table = MentionTable([mention("J45901", *place) for place in places], np.zeros((3, len(MentionFeature))))
    assert find_supported(table, [Note(document_id="d", text=TEXT)], evidence).tolist() == supported


def test_words_of_another_document_support_nothing() -> None:
    table = MentionTable([mention("J45901", 0, 6)], np.zeros((1, len(MentionFeature))))
    assert not find_supported(table, [Note(document_id="e", text=TEXT)], [("J45901", "Asthma")]).any()


def test_evidence_names_nothing_but_what_notes_rightly_name() -> None:
    cases: list[GoldCase] = load_gold(Split.TRAIN)[:40]
    for case in cases:
        texts = [note.text for note in case.encounter.documents]
        for code, quote in named_evidence(case):
            assert code in named_codes(case)
            assert any(quote in text for text in texts)


def test_unsupported_mentions_of_a_right_code_teach_nothing() -> None:
    notes = [_ranked(seed) for seed in range(12)]
    blurred = [replace(note, table=_blur(note)) for note in notes]
    config = RankerConfig(folds=2, mention_rounds=5, code_rounds=5)
    one, other = (fit_ranker(some, config).ranker for some in (notes, blurred))
    assert one.mention.model_to_string() == other.mention.model_to_string()


def _ranked(seed: int) -> RankedNote:
    random = np.random.default_rng(seed)
    mentions = [mention(code, 0, 6) for code in random.choice(["J45901", "I10", "E119"], size=60)]
    table = MentionTable(mentions, random.random((60, len(MentionFeature))).astype(np.float32))
    return RankedNote(f"note-{seed}", frozenset({"J45901"}), table, random.random(60) < 0.5)


def _blur(note: RankedNote) -> MentionTable:
    """The same with other features for the mentions that are said to teach nothing."""
    features = note.table.features.copy()
    silent = [m.code in note.codes and not s for m, s in zip(note.table.mentions, note.supported, strict=True)]
    features[silent] = 1 - features[silent]
    return MentionTable(note.table.mentions, features)
