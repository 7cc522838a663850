"""`python -m training.coding_report` measures a coding model in detail; writes docs/coding_report.md and its plot."""

from collections.abc import Sequence
from pathlib import Path

import click
import matplotlib as mpl
import pandas as pd

from data.code_library import load_library
from data.codes import CodeSystem
from data.home import Home
from models.artifacts import ArtefactError
from models.coding.suggest import NAME, load_suggester
from models.registry import ModelRegistry, RegistryError
from training.coding_in_detail import CodingReport, measure_in_detail
from training.coding_report_page import render
from training.plots import plot_reliability
from training.reliability import Decile, measure_deciles

ROOT = Path(__file__).resolve().parents[1]
PAGE, PLOT = "coding_report.md", "coding_reliability.svg"


def write_report(report: CodingReport, out: Path) -> None:
    """The page, and beside it the plot that it shows."""
    (out / PAGE).write_text(render(report, PLOT), "utf8")
    deciles = {f"visits, {split.value}": measure_deciles(report.gold[split].shown) for split in report.gold}
    if report.reports:
        deciles["mentions"] = measure_deciles(report.reports.shown)
    figure = plot_reliability({name: _as_frame(rows) for name, rows in deciles.items()}, report.version)
    # A plot of the same numbers is the same file.
    with mpl.rc_context({"svg.hashsalt": "chartcode", "svg.fonttype": "none"}):
        figure.savefig(out / PLOT, metadata={"Date": None})


def _as_frame(deciles: Sequence[Decile]) -> pd.DataFrame:
    rows = [
        {"mean": one.mean, "right": one.right.value, "low": one.right.low, "high": one.right.high} for one in deciles
    ]
    return pd.DataFrame(rows, columns=["mean", "right", "low", "high"])


@click.command()
@click.option("--version", help="A version in the registry, measured beside the champion; else the champion alone.")
@click.option("--out", type=click.Path(path_type=Path, exists=True, file_okay=False), default=ROOT / "docs")
def main(version: str | None, out: Path) -> None:
    """Measures a coding model in detail."""
    home = Home.from_environment()
    registry, library = ModelRegistry(home), load_library(home)
    code_set = library.latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise click.ClickException("no ICD-10-CM release is at hand")
    try:
        folder = registry.find_version(NAME, version) if version else registry.champion(NAME)
        champion = load_suggester(home, library) if version else None
    except (RegistryError, ArtefactError) as error:
        raise click.ClickException(str(error)) from None
    write_report(measure_in_detail(folder, library, code_set, champion), out)


if __name__ == "__main__":
    main()
