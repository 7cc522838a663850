"""What is monitored of encounters and claims, for whom the model does worse, and how often it is told wrongly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from chartcode import cli
from data.home import Home
from data.monitoring import find_report
from data.notes import Patient, PayerKind, Sex
from data.synthetic.dice import Dice
from training.fairness import compare_groups
from training.monitoring import LIMITS, Windows, monitor, observe_stored
from training.monitoring_trial import PLANTED, Planted, draw_windows, find_alarms, measure, observe_synthetic
from training.observations import Judged, Observed
from training.patient_groups import band_age, group_patient
from training.workspace import Workspace, make_synthetic_workspace

AS_OF = datetime(2026, 6, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_synthetic_workspace(tmp_path_factory.mktemp("home"), AS_OF, visits=160, claims=30)


@pytest.fixture(scope="module")
def pool(workspace: Workspace) -> list[Observed]:
    return observe_stored(workspace.store, Windows.of(AS_OF, before_days=365))


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, "0-17"),
        (17, "0-17"),
        (18, "18-44"),
        (64, "45-64"),
        (80, "80 and over"),
        (130, "80 and over"),
        (None, "unknown"),
    ],
)
def test_age_bands(years: int | None, band: str) -> None:
    assert band_age(years) == band


def test_a_patient_is_in_three_groups() -> None:
    patient = Patient(age_years=70, sex=Sex.FEMALE)
    assert group_patient(patient, PayerKind.MEDICARE) == ("age 65-79", "sex female", "payer medicare")
    assert group_patient(patient, None)[2] == "payer unknown"


def _judged(group: str, hits: int, given: int, wanted: int) -> Judged:
    return Judged((group,), hits, given, wanted)


@pytest.mark.parametrize(
    ("own", "is_behind"),
    [
        ((50, 100, 60), True),
        ((88, 100, 100), False),
        ((5, 10, 6), False),
        ((90, 100, 150), True),
    ],
    ids=["fewer kept", "as many", "too few to say", "more missed"],
)
def test_a_group_is_behind_where_chance_does_not_explain_it(own: tuple[int, int, int], is_behind: bool) -> None:
    first, second = compare_groups([_judged("sex female", *own), _judged("sex male", 900, 1000, 1000)])
    assert (first.group, first.is_behind, second.is_behind) == ("sex female", is_behind, False)
    assert first.precision.value == own[0] / own[1]
    assert first.precision.low < own[0] / own[1] < first.precision.high


def test_windows_are_half_open(workspace: Workspace) -> None:
    report = monitor("coding", workspace.store, Windows.of(AS_OF))
    assert 0 < report.units_after < report.units_before
    later = monitor("coding", workspace.store, Windows.of(AS_OF + timedelta(days=365)))
    assert (later.units_before, later.units_after, later.drifts, later.groups) == (0, 0, (), ())


def test_inputs_scores_and_acceptance_are_judged(workspace: Workspace) -> None:
    windows = Windows.of(AS_OF, recent_days=60)
    report = monitor("coding", workspace.store, windows, replace(LIMITS, permutations=49))
    judged = {drift.quantity for drift in report.drifts}
    assert {"note words", "unknown words", "sections", "setting", "probability", "acceptance", "missed codes"} <= judged
    assert {group.group.split()[0] for group in report.groups} == {"age", "sex", "payer"}


def test_claims_and_their_answers_are_judged(workspace: Workspace) -> None:
    windows = Windows.of(AS_OF, recent_days=240, before_days=900)
    report = monitor("denial", workspace.store, windows, replace(LIMITS, permutations=49, least=3))
    assert {"probability", "payer", "charge", "disposition", "outcome"} <= {drift.quantity for drift in report.drifts}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_a_planted_change_is_told(planted: Planted, pool: list[Observed]) -> None:
    units = draw_windows(pool, planted, 400, 200, Dice(3))
    alarms = find_alarms(units, replace(LIMITS, permutations=499))
    assert (planted.told_by in alarms) if planted.told_by else not alarms


def test_the_table_has_a_row_a_change(pool: list[Observed]) -> None:
    table = measure(pool, before=40, after=40, runs=1, limits=replace(LIMITS, permutations=9))
    assert len(table.splitlines()) == 2 + len(PLANTED)
    assert len(observe_synthetic(5)) == 5


def test_the_command_tells_and_keeps(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTCODE_HOME", str(workspace.home.path))
    monkeypatch.delenv("CHARTCODE_DATABASE_URL", raising=False)
    answer = CliRunner().invoke(cli, ["monitor", "coding", "--as-of", "2026-06-10"])
    assert answer.exit_code in (0, 1), answer.output
    report = find_report(Home(Path(workspace.home.path)), "coding")
    assert report is not None
    assert f"{len(report.alarms)} alarms" in answer.output
    assert answer.exit_code == bool(report.alarms)
    assert find_report(workspace.home, "denial") is None
