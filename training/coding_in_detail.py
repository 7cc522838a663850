"""Everything that the coding report shows of a model, measured on the gold notes and on case reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.code_library import CodeLibrary
from data.codeset import CodeSet
from data.gold import GoldCase, Split, load_gold
from data.notes import Profile
from models.artifacts import load_manifest
from models.coding.document import read_note
from models.coding.policy import FLOOR, Policy
from models.coding.ranker import Purpose
from models.coding.recognize import Recognizer
from models.coding.suggest import NAME, Suggester
from training.ablation import Ablation, measure_parts
from training.coding_config import CodingConfig, TrainingData
from training.coding_evaluation import score_notes
from training.coding_sources import read_codiesp
from training.error_groups import CodingError, group_errors
from training.gold_evaluation import evaluate_gold, suggest_cases
from training.model_parts import Parts
from training.reliability import ShownCode, show_answers, show_reports
from training.segment_scores import JudgedNote, judge_notes, judge_reports

SPLITS = (Split.DEV, Split.TEST)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one set of notes. `champion` judged on the same notes, where there is one beside; `errors` of gold notes."""

    notes: Sequence[JudgedNote]
    shown: Sequence[ShownCode]
    champion: Sequence[JudgedNote] | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    errors: Sequence[CodingError] = ()


@dataclass(frozen=True, slots=True)
class CodingReport:
    """`reports` are case reports by the profile `mentions`, None where that data is not at hand."""

    version: str
    champion: str | None
    code_set: CodeSet
    gold: Mapping[Split, Measured]
    reports: Measured | None
    ablations: Sequence[Ablation]


def measure_in_detail(
    folder: Path, library: CodeLibrary, code_set: CodeSet, champion: Suggester | None = None
) -> CodingReport:
    """About ten minutes: fifteen variants of the model answer the development notes. `folder` was checked."""
    parts = Parts.load(folder, library, code_set)
    recognizer = parts.recognizer()
    version = load_manifest(folder, NAME).version
    suggester = parts.suggester(recognizer, version)
    cases = {split: load_gold(split) for split in SPLITS}
    answers = {split: suggest_cases(suggester, cases[split]) for split in SPLITS}
    gold: dict[Split, Measured] = {}
    for split in SPLITS:
        judged = judge_notes(cases[split], suggest_cases(champion, cases[split])) if champion else None
        pairs = zip(cases[split], answers[split], strict=True)
        gold[split] = Measured(
            notes=judge_notes(cases[split], answers[split]),
            shown=show_answers(cases[split], answers[split]),
            champion=judged,
            metrics=evaluate_gold(cases[split], answers[split]),
            errors=[
                error
                for case, answer in pairs
                for error in group_errors(case, answer, code_set, find_recognised(recognizer, case))
            ],
        )
    return CodingReport(
        version=version,
        champion=champion.model_version if champion else None,
        code_set=code_set,
        gold=gold,
        reports=measure_reports(folder, code_set),
        ablations=measure_parts(parts, recognizer, cases[Split.DEV], answers[Split.DEV]),
    )


def find_recognised(recognizer: Recognizer, case: GoldCase) -> frozenset[str]:
    """The compact codes from which the answer was selected."""
    documents = [read_note(note) for note in case.encounter.documents]
    return frozenset(one.code for one in recognizer.recognize(documents, Purpose.VISIT, floor=FLOOR))


def measure_reports(folder: Path, code_set: CodeSet) -> Measured | None:
    data = TrainingData.find()
    if data is None:
        return None
    held = read_codiesp(data.folder / CodingConfig.load().sources.codiesp, "dev")
    scored = score_notes(Recognizer.load(folder, code_set), held)
    policy = Policy.load(folder).of(Profile.MENTIONS)
    return Measured(judge_reports(scored, policy.suggested), show_reports(scored, policy.candidate))
