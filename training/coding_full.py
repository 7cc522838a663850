"""Training from the ground up: coded case reports, coded terms, and whatever was decided here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.codeset import CodeSet
from data.gold import CODED_ONCE, GoldCase, Split, load_gold
from models.artifacts import hash_file
from models.coding.candidates import CandidateFinder
from models.coding.document import read_note
from models.coding.encoder import Encoder
from models.coding.lexicon import Lexicon
from models.coding.policy import FLOOR
from models.coding.ranker import Purpose
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
    find_all_mentions,
    to_recognized,
    with_report_scores,
)
from models.coding.resolve import Resolver
from models.coding.siblings import Families
from models.coding.vectors import TermVectors
from training.coding_config import CodingConfig, TrainingData
from training.coding_evaluation import Evaluation, evaluate_notes, score_notes
from training.coding_incremental import to_coded_note
from training.coding_metrics import ScoredNote, best_threshold
from training.coding_policy import default_policy
from training.coding_sources import CodedNote, read_codiesp, read_terms
from training.context_fit import fit_context
from training.encoder_export import export_encoder, find_base
from training.encoder_fit import fit_encoder
from training.encoder_sources import EncoderData
from training.evidence_labels import find_supported, named_evidence
from training.phrase_learning import PhraseCounts, build_phrase_table, count_phrases
from training.progress import track
from training.ranker_fit import FittedRanker, RankedNote, fit_ranker, fold_of
from training.short_notes import cut_short
from training.term_tables import build_lexicon, build_vectors, synonym_terms
from training.vector_cache import VectorCache
from training.visit_fit import fit_visit, named_codes
from training.visit_policy import fit_visit_policy


@dataclass(frozen=True, slots=True)
class _Tables:
    """What recognition reads beside the learned phrases."""

    code_set: CodeSet
    lexicon: Lexicon
    encoder: Encoder
    vectors: TermVectors

    def finder(self, counts: PhraseCounts) -> CandidateFinder:
        return CandidateFinder(
            code_set=self.code_set,
            lexicon=self.lexicon,
            phrases=build_phrase_table(counts),
            encoder=self.encoder,
            vectors=self.vectors,
            priors=counts.codes,
        )


def train_full(
    folder: Path, work: Path, data: TrainingData, config: CodingConfig, code_set: CodeSet, decided: Sequence[CodedNote]
) -> Evaluation:
    """Fills `folder` with a model, and measures it on notes that were held out. `work` keeps what a next run reuses."""
    tables = _build_tables(folder, work, data, config, code_set)
    reports = read_codiesp(data.folder / config.sources.codiesp, "train")
    threshold = _fit(folder, tables, config, reports, decided)
    recognizer = Recognizer.load(folder, code_set)
    held = read_codiesp(data.folder / config.sources.codiesp, "dev")
    seen = frozenset(code for report in reports for code in report.codes)
    return evaluate_notes(score_notes(recognizer, held), threshold, seen)


def _build_tables(folder: Path, work: Path, data: TrainingData, config: CodingConfig, code_set: CodeSet) -> _Tables:
    sources = EncoderData(data.folder / config.sources.terms, data.folder / config.sources.codiesp)
    export_encoder(fit_encoder(find_base(), sources, config.encoder, work), folder)
    encoder = Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=2)
    cache = VectorCache(work, encoder, hash_file(folder / ENCODER_FILE))
    terms = [*read_terms(data.folder / config.sources.terms), *synonym_terms()]
    lexicon = build_lexicon(terms)
    lexicon.save(folder / LEXICON_FILE)
    vectors = build_vectors(terms, cache, directions=config.retrieval.directions)
    vectors.save(folder / VECTORS_FILE)
    return _Tables(code_set, lexicon, encoder, vectors)


def _fit(
    folder: Path, tables: _Tables, config: CodingConfig, reports: Sequence[CodedNote], decided: Sequence[CodedNote]
) -> float:
    """Fits and saves everything that learns from notes; the probability at which out-of-fold micro-F1 is highest."""
    cases = [*load_gold(Split.TRAIN), *load_gold(Split.TRAIN, folder=CODED_ONCE)]
    coded = [*reports, *map(to_coded_note, cases)]
    counts = [count_phrases(one) for one in track(coded, "phrases")]
    fold = [fold_of(one.note.document_id, config.ranker.folds) for one in coded]
    finders = [
        tables.finder(_add_up([count for count, other in zip(counts, fold, strict=True) if other != held]))
        for held in range(config.ranker.folds)
    ]
    notes = _find_candidates(finders, fold, reports)
    fitted = fit_ranker(notes, config.ranker)
    fitted.ranker.save(folder, Purpose.REPORT)
    # Cut out of a note, its short ones are read without what was learned from it.
    short = [(one, held) for case, held in zip(cases, fold[len(reports) :], strict=True) for one in cut_short(case)]
    visited = [*cases, *(one for one, _ in short)]
    visits = [
        replace(visit, table=with_report_scores(visit.table, fitted.ranker))
        for visit in _find_visit_candidates(finders, [*fold[len(reports) :], *(held for _, held in short)], visited)
    ]
    context, visits = fit_context(visits, config.visit_ranker.folds)
    context.save(folder / CONTEXT_FILE)
    fitted_visits = fit_ranker(visits, config.visit_ranker)
    fitted_visits.ranker.save(folder, Purpose.VISIT)
    build_phrase_table(_add_up([*counts, *map(count_phrases, decided)])).save(folder / PHRASES_FILE)
    priors = _add_up(counts[: len(reports)]).codes
    (folder / PRIORS_FILE).write_text(json.dumps(dict(sorted(priors.items()))) + "\n", "utf8")
    threshold = best_threshold(_scored(notes, fitted))
    _fit_visit(_recognized(visits, fitted_visits), visited, tables.code_set, config, threshold, folder)
    return threshold


def _fit_visit(
    found: Sequence[list[RecognizedCode]],
    cases: Sequence[GoldCase],
    code_set: CodeSet,
    config: CodingConfig,
    threshold: float,
    folder: Path,
) -> None:
    """What visits report, and the thresholds, which whole notes decide: `cases` begins with them, the short ones that
    were cut out of them follow. `threshold` is that of case reports."""
    resolver = Resolver(Families(code_set))
    resolved = [resolver.resolve(codes) for codes in found]
    visit = fit_visit(resolved, cases, config.visit)
    visit.ranker.save(folder)
    policy = default_policy(threshold, visit.threshold)
    whole = len({case.encounter.encounter_id for case in cases})
    parts = resolved[:whole], visit.probabilities[:whole], cases[:whole]
    fit_visit_policy(*parts, code_set, policy).save(folder)


def _find_candidates(
    finders: Sequence[CandidateFinder], fold: Sequence[int], reports: Sequence[CodedNote]
) -> list[RankedNote]:
    """Candidates of each report by phrases that were learned from other folds: as for a new note."""
    notes = []
    for report, held in track(list(zip(reports, fold, strict=False)), "candidates"):
        table = find_all_mentions(finders[held], [read_note(report.note)], Purpose.REPORT)
        supported = find_supported(table, [report.note], report.evidence)
        notes.append(RankedNote(report.note.document_id, report.codes, table, supported))
    return notes


def _find_visit_candidates(
    finders: Sequence[CandidateFinder], fold: Sequence[int], cases: Sequence[GoldCase]
) -> list[RankedNote]:
    """The same of visits."""
    notes = []
    for case, held in track(list(zip(cases, fold, strict=True)), "candidates of visits"):
        documents = [read_note(note) for note in case.encounter.documents]
        table = find_all_mentions(finders[held], documents, Purpose.VISIT)
        supported = find_supported(table, case.encounter.documents, named_evidence(case))
        notes.append(RankedNote(case.encounter.encounter_id, named_codes(case), table, supported))
    return notes


def _recognized(notes: Sequence[RankedNote], fitted: FittedRanker) -> list[list[RecognizedCode]]:
    parts = zip(notes, fitted.scores, fitted.tables, fitted.probabilities, strict=True)
    return [to_recognized(note.table, scores, table, found, FLOOR) for note, scores, table, found in parts]


def _scored(notes: Sequence[RankedNote], fitted: FittedRanker) -> list[ScoredNote]:
    parts = zip(notes, fitted.tables, fitted.probabilities, strict=False)
    return [ScoredNote(note.codes, dict(zip(table.codes, found.tolist(), strict=True))) for note, table, found in parts]


def _add_up(counts: Sequence[PhraseCounts]) -> PhraseCounts:
    total = PhraseCounts()
    for count in counts:
        total.add(count)
    return total
