"""The coding model in parts, each of which can be exchanged for one that does nothing: for measuring, never serving."""

import json
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from spacy.tokens import Doc

from data.catalogue import load_catalogue
from data.code_library import CodeLibrary
from data.codeset import CodeSet
from models.coding.candidates import CandidateFinder, MentionTable
from models.coding.context import ContextModel
from models.coding.document import Sentence
from models.coding.encoder import Encoder, Vectors
from models.coding.features import Matrix, MentionFeature
from models.coding.guidelines import REPORTING_RULES, Rule
from models.coding.lexicon import Lexicon
from models.coding.phrases import PhraseTable
from models.coding.policy import Policy
from models.coding.procedures import ProcedureCoder
from models.coding.ranker import Purpose, Ranker
from models.coding.recognize import (
    CONTEXT_FILE,
    ENCODER_FILE,
    LEXICON_FILE,
    PHRASES_FILE,
    PRIORS_FILE,
    TOKENIZER_FILE,
    VECTORS_FILE,
    RecognizedCode,
    Recognizer,
)
from models.coding.resolve import ResolvedCode, Resolver
from models.coding.select import RanksVisits
from models.coding.siblings import Families
from models.coding.suggest import Suggester
from models.coding.vectors import NearCode, TermVectors
from models.coding.visit import Floats, VisitFeature, VisitRanker


class RememberingRecognizer(Recognizer):
    """Reads the same notes for the same purpose once: what is switched off later reads them again and again."""

    def __init__(self, finder: CandidateFinder, rankers: Mapping[Purpose, Ranker], context: ContextModel) -> None:
        super().__init__(finder, rankers, context)
        self._known: dict[tuple[Purpose, float, str], list[RecognizedCode]] = {}

    def recognize(
        self, documents: Sequence[Doc], purpose: Purpose = Purpose.REPORT, *, floor: float = 0.0
    ) -> list[RecognizedCode]:
        key = (purpose, floor, repr([(doc.user_data["document_id"], doc.text) for doc in documents]))
        if key not in self._known:
            self._known[key] = super().recognize(documents, purpose, floor=floor)
        return self._known[key]


class NoVectors(TermVectors):
    """Near to nothing."""

    def __init__(self) -> None:
        self.codes = []

    def find_near(self, queries: Vectors, *, threshold: float, limit: int) -> list[list[NearCode]]:
        del threshold, limit
        return [[] for _ in queries]


class NoReports(Ranker):
    """Has learned nothing from case reports."""

    def score_mentions(self, features: Matrix) -> Floats:
        return np.zeros(len(features))


class NoResolver(Resolver):
    """Looks into no category."""

    def resolve(self, found: Sequence[RecognizedCode]) -> list[ResolvedCode]:
        return [ResolvedCode(item, None) for item in found]


class NoVisitRanker:
    """Takes what is spoken of for what is reported."""

    def probabilities(self, resolved: Sequence[ResolvedCode]) -> Floats:
        return np.array([one.found.probability for one in resolved])


class BlindFinder(CandidateFinder):
    """Says 0 in `columns` of every mention."""

    columns: Sequence[MentionFeature] = ()

    def find_mentions(self, document_id: str, sentences: Sequence[Sentence], *, is_visit: bool) -> MentionTable:
        table = super().find_mentions(document_id, sentences, is_visit=is_visit)
        table.features[:, list(self.columns)] = 0
        return table


class BlindVisitRanker(VisitRanker):
    """Reads 0 in `columns`."""

    columns: Sequence[VisitFeature] = ()

    def blinded(self, *columns: VisitFeature) -> Self:
        other = copy(self)
        other.columns = columns
        return other

    def log_odds(self, rows: Floats) -> Floats:
        seen = rows.copy()
        seen[:, list(self.columns)] = 0
        return super().log_odds(seen)


@dataclass(frozen=True, slots=True)
class Parts:
    """`blind` columns are 0 for the rankers of mentions and codes; that of visits has its own."""

    code_set: CodeSet
    library: CodeLibrary
    lexicon: Lexicon
    phrases: PhraseTable
    vectors: TermVectors
    encoder: Encoder
    priors: Mapping[str, int]
    rankers: Mapping[Purpose, Ranker]
    context: ContextModel
    resolver: Resolver
    visit: RanksVisits
    policy: Policy
    rules: Sequence[Rule] = REPORTING_RULES
    blind: Sequence[MentionFeature] = ()

    @classmethod
    def load(cls, folder: Path, library: CodeLibrary, code_set: CodeSet, *, threads: int = 2) -> Self:
        """From a folder whose files were checked."""
        return cls(
            code_set=code_set,
            library=library,
            lexicon=Lexicon.load(folder / LEXICON_FILE),
            phrases=PhraseTable.load(folder / PHRASES_FILE),
            vectors=TermVectors.load(folder / VECTORS_FILE),
            encoder=Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=threads),
            priors=json.loads((folder / PRIORS_FILE).read_text("utf8")),
            rankers={purpose: Ranker.load(folder, purpose) for purpose in Purpose},
            context=ContextModel.load(folder / CONTEXT_FILE),
            resolver=Resolver(Families(code_set)),
            visit=BlindVisitRanker.load(folder),
            policy=Policy.load(folder),
        )

    def reads_as(self, other: Self) -> bool:
        """Whether recognition is the same, whatever is made of it."""
        names = ("lexicon", "phrases", "vectors", "rankers", "context", "blind")
        return all(getattr(self, name) is getattr(other, name) for name in names)

    def recognizer(self) -> RememberingRecognizer:
        finder = BlindFinder(
            code_set=self.code_set,
            lexicon=self.lexicon,
            phrases=self.phrases,
            encoder=self.encoder,
            vectors=self.vectors,
            priors=self.priors,
        )
        finder.columns = self.blind
        return RememberingRecognizer(finder, self.rankers, self.context)

    def suggester(self, recognizer: Recognizer, version: str) -> Suggester:
        return Suggester(
            recognizer=recognizer,
            resolver=self.resolver,
            visit=self.visit,
            procedures=ProcedureCoder(load_catalogue()),
            policy=self.policy,
            library=self.library,
            model_version=version,
            rules=self.rules,
        )
