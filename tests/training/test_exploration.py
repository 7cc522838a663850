"""What notebooks show, on tables small enough to be checked by eye."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from training import exploration, plots
from training.coding_config import CodingConfig
from training.denial_config import DenialConfig
from training.workspace import Workspace, make_synthetic_workspace, open_workspace

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
FRAME = pd.DataFrame(
    [
        # code, coder, kept, probability, weight, corrected
        ("E11.9", "ada", True, 0.95, 1.0, False),
        ("E11.9", "ada", True, 0.92, 1.0, False),
        ("E11.9", "ben", False, 0.15, 1.0, True),
        ("E11.9", "ben", False, 0.12, 1.0, False),
        ("E11.9", "ben", True, 0.99, 0.0, False),
        ("I10", "ada", True, None, 1.0, False),
        ("I10", "ben", True, None, 1.0, False),
        ("N39.0", "ben", True, None, 1.0, False),
    ],
    columns=["code", "decided_by", "is_positive", "probability", "weight", "is_corrected"],
)


def test_summary() -> None:
    table = exploration.summarise(FRAME, by="decided_by")
    assert list(table.index) == ["ben", "ada"]
    assert table.loc["ben"].round(2).to_dict() == {
        "codes": 5,
        "kept": 0.6,
        "missed": 0.4,
        "corrected": 0.2,
        "unseen": 0.2,
    }


def test_acceptance_leaves_out_what_nobody_looked_at() -> None:
    table = exploration.acceptance_by_probability(FRAME)
    assert table.round(3).to_dict("list") == {"probability": [0.135, 0.935], "kept": [0.0, 1.0], "codes": [2, 2]}


def test_disagreement_needs_two_coders_with_enough_decisions() -> None:
    table = exploration.disagreement(FRAME, at_least=2)
    assert list(table.index) == ["E11.9"]
    assert table.loc["E11.9", ["least", "most", "spread"]].tolist() == [0.0, 1.0, 1.0]
    assert exploration.disagreement(FRAME, at_least=9).empty


def test_missed_codes_are_counted() -> None:
    assert exploration.most_missed(FRAME).to_dict() == {"I10": 2, "N39.0": 1}


def test_denials_are_counted_by_claim() -> None:
    lines = pd.DataFrame(
        [("c1", "P1", True, 100.0, 0.5), ("c1", "P1", False, 50.0, 0.5), ("c2", "P1", False, 10.0, 0.1)],
        columns=["claim_id", "payer_id", "is_denied", "charge_dollars", "predicted"],
    )
    table = exploration.summarise_denials(lines, by="payer_id")
    assert table.loc["P1"].to_dict() == {"claims": 2, "denied": 0.5, "predicted": 0.3, "denied_dollars": 100.0}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_synthetic_workspace(tmp_path_factory.mktemp("home"), AS_OF, visits=12, claims=12)


def test_an_invented_home_says_so_and_trains_quickly(workspace: Workspace) -> None:
    assert "invented" in workspace.describe()
    coding, denial = workspace.config("coding"), workspace.config("denial")
    assert CodingConfig.load(coding).mode == "incremental"
    assert DenialConfig.load(denial).world.claims < 5000


def test_frames_hold_no_note_text(workspace: Workspace) -> None:
    coding, denial = exploration.load_coding_frame(workspace), exploration.load_denial_frame(workspace)
    assert len(coding) > 20
    assert len(denial) > 5
    texts = {
        value for frame in (coding, denial) for column in frame for value in frame[column] if isinstance(value, str)
    }
    assert max(map(len, texts)) <= 40


def test_plots_are_drawn(workspace: Workspace, tmp_path: Path) -> None:
    frame = exploration.load_coding_frame(workspace)
    figures = [
        plots.plot_acceptance(exploration.acceptance_by_probability(frame)),
        plots.plot_bars(exploration.most_missed(frame), "Missed", "encounters"),
        plots.plot_disagreement(exploration.disagreement(frame, at_least=1)),
        plots.plot_metrics({"champion": {"f1": 0.5}, "challenger": {"f1": 0.6, "map": 0.5}}, ("f1", "map"), "Metrics"),
    ]
    for number, figure in enumerate(figures):
        figure.savefig(tmp_path / f"{number}.png")
    assert all(figure.axes[0].get_title(loc="left") for figure in figures)


def test_a_home_with_decisions_is_used_as_it_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHARTCODE_HOME", str(workspace.home.path))
    monkeypatch.delenv("CHARTCODE_DATABASE_URL", raising=False)
    found = open_workspace(AS_OF)
    assert (found.is_synthetic, found.home, found.config("coding")) == (False, workspace.home, None)
    found.store.close()
    monkeypatch.setenv("CHARTCODE_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    made_up = open_workspace(AS_OF)
    assert made_up.is_synthetic
    assert made_up.home.path != tmp_path / "empty"
