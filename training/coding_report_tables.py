"""The tables of docs/coding_report.md: codes and groups, never words of a note."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from data.gold import Split
from data.wilson import Share
from training.ablation import Ablation
from training.error_groups import CodingError, ErrorGroup
from training.reliability import Decile, FamilyError
from training.segment_scores import SegmentScore

# As many of each kind, wrong and missed, are listed.
WORST = 25
_METRICS = (
    "visit_micro_precision",
    "visit_micro_recall",
    "visit_micro_f1",
    "visit_mean_average_precision",
    "visit_first_listed",
    "visit_traps_suggested",
)
Row = Sequence[object]


def table(head: Sequence[str], rows: Iterable[Row]) -> str:
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show_segments(kind: str, scores: Sequence[SegmentScore]) -> str:
    """The last column is there when a champion was measured beside."""
    head = [kind, "notes", "codes", "precision", "recall", "F1", "F1 of 3 characters"]
    is_compared = any(score.difference for score in scores)
    return table([*head, "F1 less the champion's"] if is_compared else head, map(_show_segment, scores))


def _show_segment(score: SegmentScore) -> Row:
    shares = (score.precision, score.recall, score.f1, score.category_f1)
    row = [score.name, score.notes, score.codes, *map(show_share, shares)]
    return [*row, score.difference] if score.difference else row


def show_share(share: Share) -> str:
    return f"{share.value:.2f} ({share.low:.2f} to {share.high:.2f})" if share.cases else ""


def show_deciles(profiles: Mapping[str, Sequence[Decile]]) -> str:
    rows = [
        (name, f"{one.low:.1f} to {one.high:.1f}", one.right.cases, f"{one.mean:.3f}", show_share(one.right))
        for name, deciles in profiles.items()
        for one in deciles
    ]
    return table(["profile", "probability", "codes", "mean", "right"], rows)


def show_families(families: Sequence[FamilyError]) -> str:
    head = ["chapter", "codes", "mean probability", "right", "calibration error", "by chance up to"]
    rows = [
        (one.family, one.codes, f"{one.mean:.2f}", show_share(one.right), f"{one.error:.3f}", f"{one.by_chance:.3f}")
        for one in families
    ]
    return table(head, rows)


def show_surest(splits: Mapping[Split, Sequence[Share]]) -> str:
    rows = [
        (split.value, share.cases, round(share.cases * (1 - share.value)), show_share(share))
        for split, shares in splits.items()
        for share in shares
    ]
    return table(["split", "most probable codes", "wrong", "right"], rows)


def show_groups(splits: Mapping[Split, Sequence[CodingError]]) -> str:
    """Counts alone. Groups in their order, with their reasons."""
    counts = {split: Counter((error.label, error.is_missed) for error in errors) for split, errors in splits.items()}
    order = list(ErrorGroup)
    labels = {(order.index(error.group), error.label) for errors in splits.values() for error in errors}
    sides = [(split, is_missed) for split in splits for is_missed in (False, True)]
    head = ["group", *(f"{split.value}, {'missed' if is_missed else 'wrong'}" for split, is_missed in sides)]
    rows = [[label, *(counts[split][label, is_missed] for split, is_missed in sides)] for _, label in sorted(labels)]
    totals = [sum(error.is_missed == is_missed for error in splits[split]) for split, is_missed in sides]
    return table(head, [*rows, ["all", *totals]])


def show_worst(errors: Sequence[CodingError]) -> str:
    """Of the development split alone: nobody may tune on single errors of the test."""
    head = ["", "code", "probability", "group", "in place of, or taken for"]
    rows = [
        ("missed" if one.is_missed else "wrong", one.code, f"{one.probability:.2f}", one.label, one.other)
        for one in find_worst(errors)
    ]
    return table(head, rows)


def find_worst(errors: Sequence[CodingError]) -> Iterator[CodingError]:
    """The wrong ones that were most probable; the missed ones that are first-listed, then those least probable."""
    wrong = sorted((e for e in errors if not e.is_missed), key=lambda e: (-e.probability, e.code))
    missed = sorted((e for e in errors if e.is_missed), key=lambda e: (not e.is_first_listed, e.probability, e.code))
    yield from (*wrong[:WORST], *missed[:WORST])


def show_parts(whole: Mapping[str, float], ablations: Sequence[Ablation]) -> str:
    head = ["switched off", "precision", "recall", "F1", "change of F1", "MAP", "first-listed right", "traps suggested"]
    rows = [_show_part("nothing", whole, ""), *(_show_part(a.part, a.metrics, str(a.difference)) for a in ablations)]
    return table(head, rows)


def _show_part(name: str, metrics: Mapping[str, float], difference: str) -> Row:
    values = [f"{metrics[metric]:.3f}" for metric in _METRICS]
    return [name, *values[:3], difference, *values[3:]]
