"""Plots that notebooks show. Each returns its figure; none draws more than one idea."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_KEPT, _REFUSED, _NEUTRAL = "#2a6f97", "#c1666b", "#8a8f98"


def plot_acceptance(table: pd.DataFrame) -> Figure:
    """`table` comes from `acceptance_by_probability`; on the diagonal, probabilities can be believed."""
    figure, axes = _make_axes("Do coders keep what the model is sure of?", "probability of the model", "share kept")
    axes.plot([0, 1], [0, 1], color=_NEUTRAL, linestyle="--", linewidth=1, label="perfectly calibrated")
    sizes = 400 * table["codes"] / table["codes"].max()
    axes.scatter(table["probability"], table["kept"], s=sizes, color=_KEPT, alpha=0.8, label="suggestions")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.04, 1.06)
    axes.legend(loc="lower right", frameon=False, markerscale=0.4)
    return figure


def plot_bars(counts: pd.Series, title: str, label: str, *, top: int = 12) -> Figure:
    """The largest counts, the largest on top."""
    shown = counts.head(top)[::-1]
    figure, axes = _make_axes(title, label, "")
    axes.barh([str(name) for name in shown.index], shown.to_numpy(), color=_KEPT)
    axes.grid(visible=False, axis="y")
    return figure


def plot_disagreement(table: pd.DataFrame, *, top: int = 12) -> Figure:
    """`table` comes from `disagreement`: a long line means that it matters who codes."""
    shown = table.head(top)[::-1]
    figure, axes = _make_axes("Where coders disagree", "share kept, by coder", "")
    names = [str(code) for code in shown.index]
    axes.hlines(names, shown["least"], shown["most"], color=_NEUTRAL, linewidth=2)
    axes.scatter(shown["least"], names, color=_REFUSED, label="the coder who keeps it least", zorder=3)
    axes.scatter(shown["most"], names, color=_KEPT, label="the coder who keeps it most", zorder=3)
    axes.set_xlim(-0.03, 1.03)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncol=2, frameon=False)
    return figure


def plot_metrics(champion: Mapping[str, float], challenger: Mapping[str, float], names: tuple[str, ...]) -> Figure:
    """Metrics of two versions beside each other; a metric that one of them lacks is left out."""
    shown = [name for name in reversed(names) if name in champion and name in challenger]
    figure, axes = _make_axes("Champion and challenger on the frozen set", "", "")
    axes.scatter([champion[name] for name in shown], shown, color=_NEUTRAL, label="champion", s=80, zorder=3)
    axes.scatter([challenger[name] for name in shown], shown, color=_KEPT, label="challenger", s=40, zorder=4)
    axes.set_xlim(0, 1)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=2, frameon=False)
    return figure


def _make_axes(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=12)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(color="#e4e6ea", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes
