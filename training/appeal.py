"""`python -m training.appeal` fits the overturn prior, measures it by rolling years and writes both; four minutes.

It needs the published outcomes of independent medical review below CHARTCODE_SHARED_DATA, see `appeal_cases`.
"""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import click

from models.appeal.prior import NAME, save_prior
from models.artifacts import hash_file, write_manifest
from training.appeal_cases import FILE, Review, read_reviews
from training.appeal_config import AppealConfig
from training.appeal_evaluation import Measured, find_noise, forecast_years, measure_forecasts
from training.appeal_fit import fit_prior, weigh
from training.appeal_report import Table, write_card, write_report
from training.appeal_rivals import RIVALS
from training.progress import track

CARD_FILE = "model_card.md"
FILE_OPTION = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(path_type=Path)


@click.command()
@click.option("--config", type=FILE_OPTION)
@click.option("--folder", type=OUT, required=True, help="Where the artefact goes.")
@click.option("--report", type=OUT, required=True, help="Where the measures go.")
def main(config: Path | None, folder: Path, report: Path) -> None:
    """Fits, measures and writes the overturn prior."""
    settings = AppealConfig.load(config)
    source = Path(os.environ["CHARTCODE_SHARED_DATA"]) / FILE
    reviews = read_reviews(source)
    measured, noise = measure_rivals(reviews, settings)
    report.write_text(write_report(reviews, measured, noise, settings), "utf8")
    release(folder, reviews, measured, settings, hash_file(source))


def measure_rivals(reviews: Sequence[Review], config: AppealConfig) -> tuple[Table, float]:
    """The measures of each, the released one first, and the yearly ECE that chance alone gives it."""
    forecasts = {
        name: forecast_years(reviews, forecaster, config) for name, forecaster in track([*RIVALS.items()], "Forecast")
    }
    measured = {name: measure_forecasts(found, config.bootstrap) for name, found in forecasts.items()}
    return measured, find_noise(next(iter(forecasts.values())), config.bootstrap)


def release(folder: Path, reviews: Sequence[Review], measured: Table, config: AppealConfig, data_hash: str) -> None:
    """Fits on all years, and seals the folder."""
    next_year = reviews[-1].year + 1
    version = f"imr-{reviews[0].year}-{reviews[-1].year}-{data_hash[:8]}"
    weights = weigh(reviews, next_year, config.forecast.half_life)
    save_prior(folder, fit_prior(reviews, weights, config.logistic, version))
    served = dict(islice(measured.items(), 2))
    (folder / CARD_FILE).write_text(write_card(reviews, served, version), "utf8")
    write_manifest(folder, name=NAME, version=version, data_hash=data_hash, metrics=_to_metrics(*served.values()))


def _to_metrics(whole: Measured, categories: Measured) -> dict[str, float]:
    """Those of the released forecast, with the AUROC where a claim tells the categories only."""
    values = whole.values | {"AUROC categories only": categories.values["AUROC"]}
    return {name.lower().replace(" ", "_"): round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
