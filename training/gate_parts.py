"""Measures a challenger beside the champion, model by model: the part of the gate that takes time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from data.canonical import sha256_hex
from data.code_library import load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import Split, load_gold
from data.home import Home
from data.patient_key import read_patient_key
from data.store.session import Store
from models.coding.suggest import open_suggester
from models.denial.artefact import DenialArtefact, load_artefact
from models.denial.risk import RiskModel
from training.coding_cases import find_newest_cases, load_frozen_cases
from training.coding_checks import check_calibration, check_f1, check_latency, check_segments, check_traps
from training.coding_collapse import check_collapse, check_leak
from training.coding_trial import Case, Trial, run_trials
from training.denial_checks import check_denial
from training.denial_config import DenialConfig
from training.denial_history import History, make_history, read_history
from training.denial_labels import LabelledClaim
from training.denial_trial import run_denial_trials
from training.gate import ChampionError
from training.gate_limits import LIMITS, Limits
from training.gold_evaluation import evaluate_gold, suggest_cases
from training.holdout import is_held_out
from training.learned_notes import read_learned
from training.verdict import Check, Findings, Objection

NEWEST_CLAIMS = 3000
Model = TypeVar("Model")


def examine_coding(home: Home, champion: Path, challenger: Path, store: Store, as_of: datetime) -> Findings:
    """About a minute: both models read the frozen set and the newest decisions. Both folders were checked.

    Raises ChampionError when the champion alone can't be loaded.
    """
    library = load_library(home)
    code_set = library.latest(CodeSystem.ICD10CM)
    frozen, newest = load_frozen_cases(), find_newest_cases(store, as_of)
    after_model = open_suggester(challenger, library, "at the gate")
    before_model = _open_champion(lambda: open_suggester(champion, library, "at the gate"))
    before, after = run_trials(before_model, after_model, [*frozen, *newest])
    cut = len(frozen)
    found = compare_coding((before[:cut], after[:cut]), (before[cut:], after[cut:]), code_set)
    return found + check_learned(challenger, [*frozen, *newest]) + check_size(champion, challenger)


def measure_coding(home: Home, folder: Path) -> dict[str, float]:
    """The measures of a manifest that are of the gold notes, on today's edition of them."""
    cases = load_gold(Split.DEV)
    return evaluate_gold(cases, suggest_cases(open_suggester(folder, load_library(home), "at the gate"), cases))


def _open_champion(open_it: Callable[[], Model]) -> Model:
    """Old features, other tables, a damaged file: whatever stops it from serving. Raises ChampionError."""
    try:
        return open_it()
    except Exception as error:
        raise ChampionError(type(error).__name__) from error


def compare_coding(
    frozen: tuple[Trial, Trial], newest: tuple[Trial, Trial], code_set: CodeSet | None, limits: Limits = LIMITS
) -> Findings:
    """Each pair is the champion's answers and the challenger's."""
    everything = frozen[0] + newest[0], frozen[1] + newest[1]
    return (
        check_collapse(*everything, limits)
        + check_leak(*frozen, limits)
        + check_f1(*frozen, Check.FROZEN_SET, limits.frozen_loss)
        + check_f1(*newest, Check.NEWEST, limits.newest_loss)
        + check_segments(*everything, lambda code: _chapter(code_set, code), limits)
        + check_calibration(*everything, limits)
        + check_traps(*frozen, limits)
        + check_latency(*everything, limits)
    )


def _chapter(code_set: CodeSet | None, code: str) -> str:
    entry = code_set.find(code.replace(".", "")) if code_set else None
    return (entry.chapter if entry else None) or "unknown"


def check_learned(challenger: Path, cases: Sequence[Case]) -> Findings:
    """A version that learned from the very notes on which it is judged proves nothing."""
    learned = read_learned(challenger)
    texts = [note.text for case in cases for note in case.encounter.documents]
    seen = sum(sha256_hex(text) in learned for text in texts)
    if not seen:
        return Findings()
    text = f"it learned from {seen} of the notes on which it is judged"
    return Findings(objections=(Objection(check=Check.LEAK, text=text),))


def check_size(champion: Path, challenger: Path, limits: Limits = LIMITS) -> Findings:
    before, after = (sum(path.stat().st_size for path in folder.iterdir()) for folder in (champion, challenger))
    found = Findings(measures={"champion_bytes": float(before), "challenger_bytes": float(after)})
    if after <= limits.growth * before:
        return found
    text = f"it is {after / max(before, 1):.2f} times as large as the champion (at most {limits.growth})"
    return found + Findings(objections=(Objection(check=Check.SIZE, text=text),))


def examine_denial(home: Home, champion: Path, challenger: Path, store: Store, as_of: datetime) -> Findings:
    """On the months of the synthetic world that no version saw, where both learned from it; else on held-out claims."""
    key = read_patient_key(home)
    (_, new), (_, old) = load_artefact(challenger, key), _open_champion(lambda: load_artefact(champion, key))
    found = check_size(champion, challenger)
    if old.settings.is_synthetic and new.settings.is_synthetic:
        world = make_history(home, DenialConfig.load().world)
        return found + _compare_denial(old, new, world.future, world, Check.FROZEN_SET)
    history = read_history(home, store, as_of, wants=is_held_out)
    return found + _compare_denial(old, new, history.past[-NEWEST_CLAIMS:], history, Check.NEWEST)


def _compare_denial(
    old: DenialArtefact, new: DenialArtefact, labelled: Sequence[LabelledClaim], history: History, check: Check
) -> Findings:
    trials = run_denial_trials(RiskModel(old).probabilities, RiskModel(new).probabilities, labelled, history.check)
    return check_denial(*trials, check)
