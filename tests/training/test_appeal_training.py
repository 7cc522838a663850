"""The overturn prior: fitted on the past alone, weighted by age, the same in training and in service. Cases are
invented."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import roc_auc_score

from data.appeal_asks import ReviewKind
from models.appeal.prior import load_prior
from models.appeal.review_case import ReviewCase, iter_terms
from models.artifacts import load_manifest
from training.appeal import main
from training.appeal_cases import FILE, Review, ReviewFileError, read_reviews, to_name
from training.appeal_config import AppealConfig
from training.appeal_evaluation import CALIBRATION, find_noise, forecast_years, measure_forecasts
from training.appeal_fit import fit_prior, weigh
from training.appeal_rivals import RIVALS, by_prior
from training.coding_config import ConfigError

HEAD = (
    "Reference ID;Report Year;Diagnosis Category;Diagnosis Sub Category;Treatment Category;Treatment Sub Category;"
    "Determination;Type;Age Range;Patient Gender"
)
SMALL = """
[forecast]
first_year = 2004
last_year = 2005
half_life = 1.5
[logistic]
smallest_count = 3
c = 0.2
without_details = 0.3
[trees]
rounds = 3
leaves = 4
rate = 0.1
smallest_leaf = 5
seed = 7
[rates]
prior_count = 10.0
[bootstrap]
rounds = 5
seed = 0
"""


def make_reviews(years: range = range(2001, 2006), count: int = 120, seed: int = 0) -> list[Review]:
    """Imaging of the heart is mostly overturned, of the skin mostly upheld; details say nothing."""
    generator = np.random.default_rng(seed)
    return [
        Review(
            year,
            ReviewCase(
                ReviewKind.NECESSITY,
                diagnosis := str(generator.choice(["heart", "skin"])),
                f"{diagnosis}_{generator.integers(5)}",
                "imaging",
                str(generator.choice(["mri", "ct"])),
            ),
            bool(generator.random() < (0.8 if diagnosis == "heart" else 0.2)),
            "41_50",
            "Female",
        )
        for year in years
        for _ in range(count)
    ]


@pytest.fixture
def config(tmp_path: Path) -> AppealConfig:
    path = tmp_path / "appeal.toml"
    path.write_text(SMALL)
    return AppealConfig.load(path)


def test_what_can_be_learned_is(config: AppealConfig) -> None:
    prior = fit_prior(make_reviews(), np.ones(600), config.logistic)
    heart, skin = (
        prior.probability(ReviewCase(ReviewKind.NECESSITY, name, f"{name}_1", "imaging", "mri"))
        for name in ("heart", "skin")
    )
    assert heart == pytest.approx(0.8, abs=0.08)
    assert skin == pytest.approx(0.2, abs=0.08)
    assert prior.probability(ReviewCase(ReviewKind.NECESSITY, "heart")) > 0.6


def test_the_weight_of_a_review_halves_with_its_age() -> None:
    reviews = make_reviews(range(2001, 2005), count=1)
    assert weigh(reviews, 2005, 1.5).tolist() == pytest.approx([0.25, 2 ** (-2 / 1.5), 2 ** (-1 / 1.5), 1.0])


@pytest.mark.parametrize("name", RIVALS)
def test_no_forecast_looks_at_its_own_year_or_later_ones(name: str, config: AppealConfig) -> None:
    known = make_reviews()
    turned = [
        one if one.year < 2004 else Review(one.year, one.case, not one.is_overturned, one.age, one.gender)
        for one in known
    ]
    before, after = (forecast_years(some, RIVALS[name], config)[2004][1] for some in (known, turned))
    assert np.array_equal(before, after)
    assert not np.array_equal(before, forecast_years(turned, RIVALS[name], config)[2005][1])


def test_shuffled_outcomes_teach_nothing(config: AppealConfig) -> None:
    reviews = make_reviews(count=800)
    outcomes = np.random.default_rng(5).permutation([one.is_overturned for one in reviews])
    shuffled = [
        Review(one.year, one.case, bool(turned), one.age, one.gender)
        for one, turned in zip(reviews, outcomes, strict=True)
    ]
    found = forecast_years(shuffled, by_prior, config)
    assert np.mean([roc_auc_score(*one) for one in found.values()]) == pytest.approx(0.5, abs=0.04)


def test_measures_stand_inside_their_intervals_and_noise_is_below_the_error(config: AppealConfig) -> None:
    found = forecast_years(make_reviews(), by_prior, config)
    measured = measure_forecasts(found, config.bootstrap)
    for one in measured.intervals.values():
        assert one.low - 0.05 <= one.value <= one.high + 0.05
    wrong = {year: (labels, 1 - scores) for year, (labels, scores) in found.items()}
    assert find_noise(found, config.bootstrap) < CALIBRATION["ECE a year"](wrong)


def row(number: int, review: Review) -> str:
    outcome = "Overturned Decision of Health Plan" if review.is_overturned else "Upheld Decision of Health Plan"
    case = review.case
    fields = (case.diagnosis, case.diagnosis_detail, case.treatment, case.treatment_detail)
    return f"MN{number};{review.year};{';'.join(fields)};{outcome};Medical Necessity;41-50;Female"


def test_the_command_writes_prior_card_and_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / FILE
    source.parent.mkdir(parents=True)
    reviews = make_reviews()
    source.write_text("\n".join([HEAD, *map(row, range(len(reviews)), reviews)]) + "\n")
    assert read_reviews(source) == reviews
    (tmp_path / "small.toml").write_text(SMALL)
    monkeypatch.setenv("CHARTCODE_SHARED_DATA", str(tmp_path))
    folder, report = tmp_path / "appeal", tmp_path / "appeals.md"
    given = ["--config", str(tmp_path / "small.toml"), "--folder", str(folder), "--report", str(report)]
    done = CliRunner().invoke(main, given, catch_exceptions=False)
    assert done.exit_code == 0
    prior = load_prior(folder)
    fitted = fit_prior(reviews, weigh(reviews, 2006, 1.5), AppealConfig.load(tmp_path / "small.toml").logistic)
    assert prior.probability(reviews[0].case) == pytest.approx(fitted.probability(reviews[0].case))
    assert (prior.cases, load_manifest(folder).metrics.keys()) == (
        600,
        {"auroc", "auprc", "brier", "ece_a_year", "ece_of_all_years", "auroc_categories_only"},
    )
    told = report.read_text()
    assert all(name in told for name in RIVALS)
    assert "It is a prior" in told


@pytest.mark.parametrize(
    ("good", "bad"), [("Medical Necessity", "Another"), ("Upheld", "Left"), (";2001;", ";year;"), ("MN0;", "MN0;;")]
)
def test_a_row_of_another_form_is_refused(tmp_path: Path, good: str, bad: str) -> None:
    review = Review(2001, ReviewCase(ReviewKind.NECESSITY, "heart"), False, "41_50", "Female")
    path = tmp_path / "reviews.csv"
    path.write_text(f"{HEAD}\n{row(0, review)}\n".replace(good, bad))
    with pytest.raises(ReviewFileError, match="line 2"):
        read_reviews(path)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Orthopedic/ Musculoskeletal", "orthopedic_musculoskeletal"), ("Not Applicable", ""), ("", ""), ("MRI", "mri")],
)
def test_names_of_categories(text: str, name: str) -> None:
    assert to_name(text) == name


def test_a_configuration_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "appeal.toml"
    path.write_text(SMALL.replace("half_life = 1.5", "half_life = 0"))
    with pytest.raises(ConfigError):
        AppealConfig.load(path)


def test_terms_of_a_case_without_details_are_terms_of_the_fit(config: AppealConfig) -> None:
    prior = fit_prior(make_reviews(), np.ones(600), config.logistic)
    bare = ReviewCase(ReviewKind.NECESSITY, "heart", "", "imaging", "")
    assert set(iter_terms(bare)) <= prior.coefficients.keys()
