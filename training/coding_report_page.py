"""docs/coding_report.md, of what was measured."""

from collections.abc import Iterator

from data.codeset import CodeSet
from data.gold import Split
from data.notes import Profile
from training.coding_in_detail import CodingReport, Measured
from training.coding_report_tables import (
    show_deciles,
    show_families,
    show_groups,
    show_parts,
    show_segments,
    show_surest,
    show_worst,
)
from training.gold_detail import SURE
from training.reliability import Decile, least_for, measure_deciles, measure_families, measure_family, measure_surest
from training.segment_scores import keep_billable, name_chapter, score_all, score_chapters, score_groups

_SUREST = (20, 40, 60, 80, 100, 150, 200)
_HEAD = """# Where the coding model is right, and where it fails

{version}{beside}. Diagnoses of visits on the project's own gold notes (invented patients, see `data/gold/README.md`):
{dev} of the development split, {test} of the test. Of the test there are totals alone, so that nobody tunes on it. The
profile `mentions` is measured on the development split of CodiEsp, where that data is at hand.

`python -m training.coding_report` writes this page and its plot; with `--version`, beside the champion.
"""
_SCORES = """
## By profile, chapter, specialty and style
Codes are required ones; optional ones count neither way. Intervals are of 95 %: of precision and recall Wilson's, of F1
by resampling notes. Segments of fewer than ten codes are taken together.
"""
_BELIEF = """
## Can the probabilities be believed?
Of all shown diagnoses, suggested or candidates; accepted ones, optional included, are right.

![Share that is right by probability]({plot})
"""
_FAMILIES = """
By chapter, of visits on both splits. A calibration error is to be read beside what chance alone would make of it, 95
times in 100, if every probability were true: few codes look badly calibrated.
"""
_SURE = """
How many of the most probable can be promised to be right: `visit_coverage_at_95` asks for a lower bound of .95. Even
without an error that takes {sure[0]} codes, with one {sure[1]}, with two {sure[2]}, with three {sure[3]}.
"""
_ERRORS = """
## Where it fails
Every wrong and missed diagnosis is in one group, told by its code and the labels (`training/error_groups.py`). The
first five groups hold a wrong code and the missed one that it stands for. Traps are codes that the labels forbid.
"""
_WORST = """
The worst of the development split: the wrong ones that were most probable; the missed ones that are first-listed, then
those that seemed least probable.
"""
_PARTS = """
## What each part adds
On the development split, one part switched off at a time, **without training anew**: what is left had learned to lean
on the part, so a loss is more than a model trained without it would lose. Changes of F1 with intervals of 95 % by
resampling notes. "To the rankers" means that the rules still know.
"""


def render(report: CodingReport, plot: str) -> str:
    return "\n".join((*_open(report), *_show_scores(report), *_show_belief(report, plot), *_show_failures(report)))


def _open(report: CodingReport) -> Iterator[str]:
    beside = f", beside {report.champion}" if report.champion else ""
    sizes = {split.value: len(measured.notes) for split, measured in report.gold.items()}
    yield _HEAD.format(version=report.version, beside=beside, **sizes)


def _show_scores(report: CodingReport) -> Iterator[str]:
    yield _SCORES
    for split, measured in report.gold.items():
        yield from _show_set(f"Visits, {split.value}", measured, report.code_set)
        for kind in ("specialty", "style"):
            yield show_segments(kind, score_groups(kind, measured.notes, measured.champion)) + "\n"
    if report.reports:
        yield from _show_set("Case reports", report.reports, report.code_set)


def _show_set(title: str, measured: Measured, code_set: CodeSet) -> Iterator[str]:
    notes, champion = measured.notes, measured.champion
    billable = keep_billable(notes, code_set), keep_billable(champion, code_set) if champion else None
    rows = [
        score_all("all", notes, champion),
        score_all("all, billable codes alone", *billable),
        *score_groups("profile", notes, champion, least=0),
    ]
    yield f"### {title}\n"
    yield show_segments("profile", rows) + "\n"
    yield show_segments("chapter", score_chapters(notes, code_set, champion)) + "\n"


def _show_belief(report: CodingReport, plot: str) -> Iterator[str]:
    yield _BELIEF.format(plot=plot)
    visits = [shown for measured in report.gold.values() for shown in measured.shown]
    everything = (*report.gold.items(), ("CodiEsp", report.reports)) if report.reports else report.gold.items()
    yield show_deciles({f"{p}, {name}": d for name, measured in everything for p, d in _by_profile(measured)})
    yield _FAMILIES
    chapters = measure_families(visits, lambda code: name_chapter(code, report.code_set))
    yield show_families([measure_family("all", visits), *chapters])
    yield _SURE.format(sure=[least_for(SURE, wrong) for wrong in range(4)])
    yield show_surest({split: measure_surest(measured.shown, _SUREST) for split, measured in report.gold.items()})


def _show_failures(report: CodingReport) -> Iterator[str]:
    dev = report.gold[Split.DEV]
    yield _ERRORS
    yield show_groups({split: measured.errors for split, measured in report.gold.items()})
    yield _WORST
    yield show_worst(dev.errors)
    yield _PARTS
    yield show_parts(dev.metrics, report.ablations)


def _by_profile(measured: Measured) -> Iterator[tuple[Profile, list[Decile]]]:
    for profile in Profile:
        if shown := [one for one in measured.shown if one.profile is profile]:
            yield profile, measure_deciles(shown)
