"""Training end to end on a small synthetic world: what comes out loads, ranks, and can't see labels that are noise."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.first_answers import LineLabel
from data.home import Home
from data.patient_key import read_patient_key
from data.reviews import ReasonCategory
from data.store.session import Store
from models.artifacts import ArtefactError, load_manifest, write_manifest
from models.denial.artefact import NAME, load_artefact, save_artefact
from models.denial.features import AnsweredLine, Books, extract_features, learn_lines, see_claim
from models.denial.keys import line_keys
from models.denial.operating_points import OperatingPoint
from models.denial.risk import RiskModel
from training.coding_config import ConfigError
from training.denial import evaluate_denial, fit_and_measure, train_denial
from training.denial_config import DenialConfig
from training.denial_evaluation import SuspectedLeakError, evaluate, refuse_leak
from training.denial_fit import LineSample, choose_thresholds, fit_claim_calibration
from training.denial_history import History, make_history
from training.denial_metrics import (
    METRICS,
    Interval,
    expected_calibration_error,
    measure,
    recall_at_precision,
    top_k_share,
)
from training.denial_model import FittedModel, fit_model, months_before

KEY = b"a secret of a home, 32 bytes long"
SMALL = """
[history]
minimum_claims = 1000
evaluation_months = 3
[world]
seed = 5
claims = 4000
as_of = 2026-03-01
unchecked_clinic_share = 4
[lines]
rounds = 60
leaves = 8
depth = 3
rate = 0.1
smallest_leaf = 20
seed = 1
[reasons]
rounds = 15
leaves = 6
depth = 3
rate = 0.15
smallest_leaf = 5
seed = 1
[calibration]
months = 4
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def history(built_home: Home, config: Path) -> History:
    return make_history(built_home, DenialConfig.load(config).world)


@pytest.fixture(scope="module")
def model(history: History, config: Path) -> FittedModel:
    return fit_model(history, DenialConfig.load(config))


@pytest.fixture(scope="module")
def trained(built_home: Home, config: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    home = Home(tmp_path_factory.mktemp("trained"))
    home.path.joinpath("cache").symlink_to(built_home.cache)
    return home, train_denial(home, config)


def test_history_and_future_do_not_overlap(history: History) -> None:
    assert max(one.known_on for one in history.past) < history.as_of
    assert min(one.claim.prepared_on for one in history.future) >= history.as_of
    assert history.is_synthetic


def test_the_model_ranks_the_future(history: History, model: FittedModel) -> None:
    found = evaluate(model.artefact, history.future, history)
    assert 0.65 < found.metrics["auroc"] < found.metrics["oracle_auroc"] + 0.03
    assert found.metrics["ece"] < 0.08
    assert found.reason_top3 > found.reason_top1 > 0.3
    assert "oracle" in found.as_table()


def test_shuffled_labels_teach_nothing(history: History, config: Path) -> None:
    generator = np.random.default_rng(1)
    labels = [line for one in history.past for line in one.lines]
    shuffled = iter([labels[index] for index in generator.permutation(len(labels))])

    def relabel(line: LineLabel) -> LineLabel:
        return replace(next(shuffled), line_number=line.line_number)

    noise = replace(
        history, past=[replace(one, lines=tuple(relabel(line) for line in one.lines)) for one in history.past]
    )
    found = evaluate(fit_model(noise, DenialConfig.load(config)).artefact, history.future, history)
    assert abs(found.intervals["auroc"].value - 0.5) < 0.12
    assert found.metrics["auroc"] < 0.65


def test_the_same_history_makes_the_same_model(history: History, model: FittedModel, config: Path) -> None:
    again = fit_model(history, DenialConfig.load(config))
    assert again.line_trees == model.line_trees
    assert again.reason_trees == model.reason_trees
    assert again.artefact.settings == model.artefact.settings


def test_a_version_stands_in_the_registry(trained: tuple[Home, Path]) -> None:
    home, folder = trained
    manifest = load_manifest(folder, "denial")
    assert folder.parent == home.models / "denial"
    assert folder.name == manifest.version
    assert manifest.version.startswith("synthetic-2026-03-01-")
    assert manifest.metrics["real_claims"] == 0
    assert {"auroc", "auprc", "ece"} <= set(manifest.metrics)
    assert "Synthetic" in (folder / "model_card.md").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000


def test_what_is_loaded_scores_as_what_was_fitted(
    trained: tuple[Home, Path], history: History, model: FittedModel
) -> None:
    _, artefact = load_artefact(trained[1])
    claims = [one.claim for one in history.future[:40]]
    edits = [history.check(claim) for claim in claims]
    np.testing.assert_allclose(
        RiskModel(artefact).probabilities(claims, edits),
        RiskModel(model.artefact).probabilities(claims, edits),
        atol=1e-6,
    )


def test_an_artefact_knows_its_patients_again(history: History, model: FittedModel, tmp_path: Path) -> None:
    """With the key of the home that trained. Those of the synthetic world are nobody's and are not kept."""
    assert len(model.artefact.books.patients) == 0
    books, (claim, *_) = Books.empty(KEY), [one.claim for one in history.past]
    keys = line_keys(claim, (), books.services)
    see_claim(books, claim, keys)
    learn_lines(books, claim.prepared_on, [AnsweredLine(keys[0], True, ReasonCategory.ELIGIBILITY)])
    artefact = replace(model.artefact, books=books)
    save_artefact(
        tmp_path,
        line_trees=model.line_trees,
        reason_trees=model.reason_trees,
        books=books,
        carcs=artefact.carcs,
        settings=artefact.settings,
    )
    write_manifest(tmp_path, name=NAME, version="v1", data_hash="0" * 64, code_set_releases={}, metrics={})
    (_, again), (_, keyless) = load_artefact(tmp_path, KEY), load_artefact(tmp_path)
    seen = (books, again.books, keyless.books, books.without_patients())
    rows = [extract_features([claim], [()], each, [claim.prepared_on]) for each in seen]
    np.testing.assert_array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[2], rows[3])
    assert not np.array_equal(rows[0], rows[2])


def test_patients_are_kept_under_a_key_alone(history: History, config: Path, tmp_path: Path) -> None:
    own = replace(history, is_synthetic=False)
    settings = DenialConfig.load(config)
    books, keyless = (fit_model(one, settings).artefact.books for one in (replace(own, patient_key=KEY), own))
    assert len(books.patients) > 0
    assert len(keyless.patients) == len([*keyless.services.items()]) == 0
    assert KEY.decode() not in repr(replace(own, patient_key=KEY, past=()))


def test_too_few_answers_are_told(
    built_home: Home, config: Path, sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = Home(tmp_path)
    home.path.joinpath("cache").symlink_to(built_home.cache)
    folder = train_denial(home, config, store=sqlite_store)
    assert folder.name.startswith("synthetic-")
    assert "0 claims have an answer of their payer, fewer than 1000" in caplog.text
    assert read_patient_key(home) == b""


def test_a_damaged_artefact_is_refused(trained: tuple[Home, Path], tmp_path: Path) -> None:
    copy = tmp_path / trained[1].name
    copy.mkdir()
    for path in trained[1].iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    with (copy / "books.npz").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ArtefactError, match=r"books\.npz"):
        load_artefact(copy)


def test_a_version_is_evaluated_on_months_that_it_has_not_seen(trained: tuple[Home, Path], config: Path) -> None:
    table = evaluate_denial(*trained, config)
    assert table.startswith("Synthetic world")
    assert "| auroc |" in table


def test_a_model_that_is_too_good_is_refused(history: History, model: FittedModel) -> None:
    found = evaluate(model.artefact, history.future, history)
    refuse_leak(found)
    with pytest.raises(SuspectedLeakError, match=r"0\.950"):
        refuse_leak(replace(found, intervals={**found.intervals, "auroc": Interval(0.95, 0.94, 0.96)}))


def test_own_claims_are_measured_on_their_last_months(history: History, config: Path) -> None:
    """Without a future, an earlier model is measured and the one of the whole history is kept."""
    own = replace(history, future=(), is_synthetic=False)
    fitted, found = fit_and_measure(own, DenialConfig.load(config))
    cut = months_before(own.as_of, 3)
    assert found.claims == sum(one.claim.prepared_on >= cut for one in own.past)
    assert found.metrics["auroc"] > 0.6
    assert not fitted.artefact.settings.is_synthetic
    answered = sum(fitted.artefact.carcs.answered_claims(payer) for payer in {p.claim.payer.payer_id for p in own.past})
    assert answered == len(own.past)


def test_a_configuration_is_checked(tmp_path: Path) -> None:
    for text in (
        "[world]\nseed = 1",
        "not toml [",
        SMALL.replace("rounds = 60", "rounds = 0"),
        SMALL + "[more]\nx = 1",
    ):
        path = tmp_path / "denial.toml"
        path.write_text(text)
        with pytest.raises(ConfigError):
            DenialConfig.load(path)
    assert DenialConfig.load().world.claims >= 20_000


def test_months_before() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC).date(), 3) == datetime(2025, 12, 1, tzinfo=UTC).date()
    assert months_before(datetime(2026, 1, 1, tzinfo=UTC).date(), 13) == datetime(2024, 12, 1, tzinfo=UTC).date()


def test_metrics_on_known_cases() -> None:
    labels = np.array([True, True, False, False] * 25)
    perfect = np.array([0.9, 0.8, 0.2, 0.1] * 25)
    assert METRICS["auroc"](labels, perfect) == 1
    assert recall_at_precision(labels, perfect) == 1
    assert recall_at_precision(labels, 1 - perfect) == 0
    assert METRICS["brier"](labels, labels.astype(float)) == 0
    assert expected_calibration_error(labels, np.full(100, 0.5)) == pytest.approx(0, abs=0.1)
    assert METRICS["capture_top_decile"](labels, perfect) == pytest.approx(10 / 50)
    assert top_k_share(np.array([[0.1, 0.9], [0.6, 0.4]]), np.array([0, 0]), 1) == 0.5
    interval = measure(labels, perfect, rounds=20)["brier"]
    assert interval.low <= interval.value <= interval.high


def test_a_riskier_line_never_makes_a_safer_claim(history: History) -> None:
    generator = np.random.default_rng(0)
    owners = np.repeat(np.arange(400), 3)
    probabilities = generator.uniform(0.01, 0.5, 1200)
    kinds = [one.claim.payer.kind for one in history.past[:400]]
    denied = generator.uniform(size=1200) < probabilities
    calibration = fit_claim_calibration(LineSample(probabilities, owners, denied, kinds))
    assert calibration.riskiest >= 0
    assert calibration.any_line >= 0
    assert max(calibration.riskiest, calibration.any_line) > 0


def test_operating_points_are_in_order() -> None:
    generator = np.random.default_rng(0)
    scores = generator.beta(1, 5, 3000)
    labels = generator.uniform(size=3000) < scores
    found = choose_thresholds(scores, labels)
    assert found[OperatingPoint.HIGH_RECALL] < found[OperatingPoint.BALANCED] < found[OperatingPoint.HIGH_PRECISION]
    assert labels[scores >= found[OperatingPoint.HIGH_RECALL]].sum() >= 0.8 * labels.sum()
    assert labels[scores >= found[OperatingPoint.HIGH_PRECISION]].mean() >= 0.8
