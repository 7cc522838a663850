"""How good the diagnoses are by chapter, specialty, style and profile; exact, and by category."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import GoldCase
from data.suggestions import SuggestionSet, Tier
from data.wilson import Share, wilson
from training.coding_cases import from_gold
from training.coding_evaluation import BOOTSTRAP_ROUNDS
from training.coding_metrics import ScoredNote, bootstrap_counts
from training.coding_trial import Answered, Case, Trial, count, score
from training.paired_bootstrap import Difference, compare, pooled_f1

# Segments of fewer required codes are taken together.
LEAST_CODES = 10
OTHERS = "others"
Keeps = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class JudgedNote:
    """One note's diagnoses against its labels: code by code, and category by category. Groups are "kind name"."""

    exact: Answered
    by_category: Answered


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """Wilson's intervals of precision and recall take codes for independent; that of F1 resamples notes.

    `codes` are required. `difference` from the champion in F1, where one was measured.
    """

    name: str
    notes: int
    codes: int
    precision: Share
    recall: Share
    f1: Share
    category_f1: Share
    difference: Difference | None = None


def judge_notes(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> list[JudgedNote]:
    """Optional codes and categories count neither way, an accepted alternative is right."""
    return [_judge(case, answer) for case, answer in zip(cases, answers, strict=True)]


def judge_reports(reports: Sequence[ScoredNote], threshold: float) -> list[JudgedNote]:
    """Case reports by the profile `mentions`; codes are compact."""
    groups = ("profile mentions",)
    found = []
    for report in reports:
        given = frozenset(report.suggested(threshold))
        exact = Answered(report.gold, given, (), 0, 0, 0.0, groups)
        found.append(JudgedNote(exact, replace(exact, wanted=_categories(report.gold), given=_categories(given))))
    return found


def keep_billable(notes: Sequence[JudgedNote], code_set: CodeSet) -> list[JudgedNote]:
    """Without headers among the exact codes."""

    def bill(codes: frozenset[str]) -> frozenset[str]:
        return frozenset(code for code in codes if code_set.is_billable(code.replace(".", "")))

    return [
        replace(note, exact=replace(note.exact, wanted=bill(note.exact.wanted), given=bill(note.exact.given)))
        for note in notes
    ]


def score_all(
    name: str,
    notes: Sequence[JudgedNote],
    champion: Sequence[JudgedNote] | None = None,
    keeps: Keeps = lambda _: True,
) -> SegmentScore:
    exact = tuple(note.exact for note in notes)
    categories = tuple(note.by_category for note in notes)
    right, given, wanted = np.array([one.counted(keeps) for one in exact]).sum(axis=0).tolist()
    before = count(tuple(note.exact for note in champion), keeps) if champion else None
    return SegmentScore(
        name=name,
        notes=len(notes),
        codes=wanted,
        precision=wilson(right, given),
        recall=wilson(right, wanted),
        f1=_bootstrap(exact, keeps),
        category_f1=_bootstrap(categories, keeps),
        difference=compare(before, count(exact, keeps)) if before is not None else None,
    )


def score_groups(
    kind: str, notes: Sequence[JudgedNote], champion: Sequence[JudgedNote] | None = None, *, least: int = LEAST_CODES
) -> list[SegmentScore]:
    """Of a kind such as `specialty`, the most codes first; those of fewer than `least` together."""
    sizes = _count_sizes((note.exact.groups, len(note.exact.wanted)) for note in notes)
    names = {name: size for name, size in sizes.items() if name.startswith(f"{kind} ")}
    found = []
    for name, members in _pool(names, least):
        chosen = [index for index, note in enumerate(notes) if not members.isdisjoint(note.exact.groups)]
        before = [champion[index] for index in chosen] if champion else None
        found.append(score_all(name.removeprefix(f"{kind} "), [notes[index] for index in chosen], before))
    return found


def score_chapters(
    notes: Sequence[JudgedNote], code_set: CodeSet, champion: Sequence[JudgedNote] | None = None
) -> list[SegmentScore]:
    """A note counts in each chapter of which it has a required code or a suggested one."""
    codes = {code for note in notes for code in (*note.exact.wanted, *note.exact.given)}
    chapters = {code: name_chapter(code, code_set) for code in codes}
    sizes = _count_sizes(([chapters[code]], 1) for note in notes for code in note.exact.wanted)
    sizes = dict.fromkeys(chapters.values(), 0) | sizes
    found = []
    for name, members in _pool(sizes, LEAST_CODES):
        keeps = _in_chapters(code_set, members)
        chosen = [i for i, note in enumerate(notes) if any(note.exact.counted(keeps))]
        before = [champion[index] for index in chosen] if champion else None
        found.append(score_all(name, [notes[index] for index in chosen], before, keeps))
    return found


def name_chapter(code: str, code_set: CodeSet) -> str:
    """Of a code or category, dotted or not; such as "4 Endocrine, nutritional and metabolic diseases"."""
    entry = code_set.find(code.replace(".", ""))
    division = code_set.divisions.get(entry.chapter) if entry and entry.chapter else None
    return f"{division.name} {division.term}" if division else "unknown"


def _judge(case: GoldCase, answer: SuggestionSet) -> JudgedNote:
    known = from_gold(case)
    groups = (f"profile {case.labels.profile.value}", f"specialty {case.specialty}", f"style {case.style}")
    exact = replace(score(known, answer), groups=groups)
    given = {s.code for s in answer.suggestions if s.system is CodeSystem.ICD10CM and s.tier is Tier.SUGGESTED}
    return JudgedNote(exact, replace(exact, wanted=_categories(known.wanted), given=_count_categories(known, given)))


def _categories(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code[:3] for code in codes)


def _count_categories(case: Case, given: Iterable[str]) -> frozenset[str]:
    """Without the categories that only optional codes or alternatives are of."""
    return _categories(given) - (_categories((*case.readings, *case.ignored)) - _categories(case.wanted))


def _count_sizes(sized: Iterable[tuple[Iterable[str], int]]) -> dict[str, int]:
    sizes: Counter[str] = Counter()
    for names, size in sized:
        sizes.update(dict.fromkeys(names, size))
    return sizes


def _pool(sizes: Mapping[str, int], least: int) -> Iterator[tuple[str, frozenset[str]]]:
    """Each segment that is large enough with itself, then the others together."""
    large = sorted((name for name in sizes if sizes[name] >= least), key=lambda name: (-sizes[name], name))
    small = frozenset(sizes) - set(large)
    yield from ((name, frozenset({name})) for name in large)
    if small:
        yield f"{OTHERS} ({len(small)})", small


def _in_chapters(code_set: CodeSet, names: Set[str]) -> Keeps:
    return lambda code: name_chapter(code, code_set) in names


def _bootstrap(answered: Trial, keeps: Keeps) -> Share:
    counts = count(answered, keeps)
    low, high = bootstrap_counts(counts, rounds=BOOTSTRAP_ROUNDS, seed=1)
    return Share(len(answered), pooled_f1(counts), low, high)
