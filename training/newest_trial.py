"""Champion and challenger side by side on the newest decisions that neither learned from."""

from pathlib import Path

from data.code_library import load_library
from models.artifacts import read_manifest
from models.coding.suggest import load_suggester, open_suggester
from training.coding_cases import find_newest_cases
from training.coding_checks import check_calibration, check_f1, check_latency
from training.coding_collapse import check_collapse
from training.coding_trial import run_trials
from training.gate_limits import LIMITS
from training.verdict import Check, Findings
from training.workspace import Workspace


def compare_on_newest(workspace: Workspace, challenger: Path, *, limit: int = 20) -> Findings:
    """A part of the gate, for a look in seconds: the gate itself reads the frozen set as well, which takes minutes."""
    library = load_library(workspace.home)
    models = (
        load_suggester(workspace.home, library),
        open_suggester(challenger, library, read_manifest(challenger).version),
    )
    trials = run_trials(*models, find_newest_cases(workspace.store, workspace.as_of, limit))
    return (
        check_collapse(*trials, LIMITS)
        + check_f1(*trials, Check.NEWEST, LIMITS.newest_loss)
        + check_calibration(*trials)
        + check_latency(*trials)
    )
