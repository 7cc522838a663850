"""Plots that notebooks show. Each returns its figure; none draws more than one idea."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
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


def plot_intervals(table: pd.DataFrame, title: str, label: str) -> Figure:
    """One row a name, with `value`, `low` and `high` between 0 and 1."""
    shown = table[::-1]
    figure, axes = _make_axes(title, label, "")
    names = [str(name) for name in shown.index]
    axes.hlines(names, shown["low"], shown["high"], color=_NEUTRAL, linewidth=2)
    axes.scatter(shown["value"], names, color=_KEPT, zorder=3)
    axes.set_xlim(-0.03, 1.03)
    return figure


def plot_reliability(deciles: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """By name `mean` probability and the share that was `right`, with `low` and `high`: on the diagonal, believe it."""
    figure, axes = _make_axes(title, "probability of the model", "share that is right")
    axes.plot([0, 1], [0, 1], color=_NEUTRAL, linestyle="--", linewidth=1, label="perfectly calibrated")
    for (name, table), color in zip(deciles.items(), (_KEPT, _REFUSED, _NEUTRAL), strict=False):
        reach = [table["right"] - table["low"], table["high"] - table["right"]]
        axes.errorbar(table["mean"], table["right"], yerr=reach, color=color, marker="o", capsize=2, label=name)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.02, 1.02)
    axes.legend(loc="upper left", frameon=False)
    return figure


def plot_metrics(versions: Mapping[str, Mapping[str, float]], names: Sequence[str], title: str) -> Figure:
    """Metrics between 0 and 1 of one version or more, beside each other; what was not measured is left out."""
    figure, axes = _make_axes(title, "", "")
    rows = list(reversed(names))
    for size, (version, metrics) in enumerate(list(versions.items())[::-1], start=1):
        shown = [name for name in rows if name in metrics]
        axes.scatter([metrics[name] for name in shown], shown, s=60 * size, label=version, alpha=0.8, zorder=5 - size)
    axes.set_xlim(0, 1)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=len(versions), frameon=False)
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
