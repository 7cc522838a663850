"""Recognition, the part of coding that profiles share: which codes the notes speak of, where, and how probably."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from spacy.tokens import Doc

from data.codeset import CodeSet
from models.coding.candidates import CandidateFinder, Mention, MentionTable
from models.coding.code_table import CodeTable
from models.coding.context import ContextModel, read_places, with_context
from models.coding.encoder import Encoder
from models.coding.features import CodeFeature, Matrix, MentionFeature
from models.coding.lexicon import Lexicon
from models.coding.phrases import PhraseTable
from models.coding.ranker import Floats, Purpose, Ranker
from models.coding.vectors import TermVectors

ENCODER_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
LEXICON_FILE = "lexicon.npz"
VECTORS_FILE = "vectors.npz"
PHRASES_FILE = "phrases.npz"
PRIORS_FILE = "priors.json"
CONTEXT_FILE = "visit_context.npz"
SUPPORT_SHARE = 1 / 3
PLAIN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class RecognizedCode:
    """A code that the notes speak of. `mentions` and their `scores` come best first; the code is compact;
    `features` is its row of the code table."""

    code: str
    probability: float
    mentions: tuple[Mention, ...]
    scores: tuple[float, ...]
    features: Matrix

    @property
    def support(self) -> tuple[Mention, ...]:
        """The mentions that speak for the code nearly as much as the best one does; plain ones sooner than others."""
        best = self.scores[0]
        return tuple(
            mention
            for mention, score in zip(self.mentions, self.scores, strict=True)
            if score >= best * (PLAIN_SHARE if mention.assertion.is_plain else SUPPORT_SHARE)
        )

    @property
    def is_named(self) -> bool:
        """Whether a term of the code set or a synonym names it, and no other code is better at the same words."""
        is_term = self.features[CodeFeature.TERM_IS_LONGEST] > 0
        return bool(is_term and self.features[CodeFeature.OVERLAP_LOSS] <= 0)

    @property
    def is_plain(self) -> bool:
        """Whether some mention is asserted as present, of the patient, now."""
        return any(mention.assertion.is_plain for mention in self.mentions)


class Recognizer:
    """Reads documents into codes. Holds no state between calls; safe to share between threads."""

    def __init__(self, finder: CandidateFinder, rankers: Mapping[Purpose, Ranker], context: ContextModel) -> None:
        self._finder = finder
        self._rankers = rankers
        self._context = context

    def recognize(
        self, documents: Sequence[Doc], purpose: Purpose = Purpose.REPORT, *, floor: float = 0.0
    ) -> list[RecognizedCode]:
        """Codes whose probability reaches `floor`, most probable first, ties by code."""
        table = find_all_mentions(self._finder, documents, purpose)
        if purpose is Purpose.VISIT:
            table = with_report_scores(table, self._rankers[Purpose.REPORT])
            table = with_context(table, self._context.score(read_places(table.mentions)))
        ranker = self._rankers[purpose]
        scores = ranker.score_mentions(table.features)
        codes, probabilities = ranker.rank_codes(table, scores)
        return to_recognized(table, scores, codes, probabilities, floor)

    @classmethod
    def load(cls, folder: Path, code_set: CodeSet, *, threads: int = 2) -> Self:
        """Reads an artefact whose manifest was checked."""
        finder = CandidateFinder(
            code_set=code_set,
            lexicon=Lexicon.load(folder / LEXICON_FILE),
            phrases=PhraseTable.load(folder / PHRASES_FILE),
            encoder=Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=threads),
            vectors=TermVectors.load(folder / VECTORS_FILE),
            priors=json.loads((folder / PRIORS_FILE).read_text("utf8")),
        )
        rankers = {purpose: Ranker.load(folder, purpose) for purpose in Purpose}
        return cls(finder, rankers, ContextModel.load(folder / CONTEXT_FILE))


def find_all_mentions(finder: CandidateFinder, documents: Sequence[Doc], purpose: Purpose) -> MentionTable:
    """The candidates of all notes of an encounter."""
    is_visit = purpose is Purpose.VISIT
    notes = ((doc.user_data["document_id"], doc._.sentences) for doc in documents)
    return _join([finder.find_mentions(name, sentences, is_visit=is_visit) for name, sentences in notes])


def with_report_scores(table: MentionTable, reports: Ranker) -> MentionTable:
    """What words mean is learned from case reports too; what a visit reports is not."""
    features = table.features.copy()
    features[:, MentionFeature.REPORT_SCORE] = reports.score_mentions(table.features)
    return MentionTable(table.mentions, features)


def to_recognized(
    table: MentionTable, scores: Floats, codes: CodeTable, probabilities: Floats, floor: float
) -> list[RecognizedCode]:
    """Codes whose probability reaches `floor`, most probable first, ties by code."""
    kept = [i for i in range(len(codes.codes)) if probabilities[i] >= floor]
    kept.sort(key=lambda i: (-probabilities[i], codes.codes[i]))
    return [
        RecognizedCode(
            codes.codes[i],
            float(probabilities[i]),
            tuple(table.mentions[row] for row in codes.mentions[i]),
            tuple(float(scores[row]) for row in codes.mentions[i]),
            codes.features[i],
        )
        for i in kept
    ]


def _join(tables: Sequence[MentionTable]) -> MentionTable:
    if len(tables) == 1:
        return tables[0]
    empty = np.zeros((0, len(MentionFeature)), dtype=np.float32)
    return MentionTable(
        [mention for table in tables for mention in table.mentions],
        np.concatenate([empty, *(table.features for table in tables)]),
    )
