"""What a coding model answers on cases whose codes are known, as the gate compares it."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from data.codes import CodeSystem
from data.notes import Encounter, Profile
from data.suggestions import SuggestionSet, Tier
from training.paired_bootstrap import Floats
from training.progress import track

Clock = Callable[[], float]


class Suggester(Protocol):
    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """Diagnoses are dotted. `readings` maps each accepted code to the wanted one that it stands for.

    `ignored` codes count neither way; where `judged` is given, nor does any code outside of it: nobody decided on it.
    `groups` name the segments of the case, such as `payer medicare`.
    """

    encounter: Encounter
    profile: Profile
    wanted: frozenset[str]
    readings: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    judged: frozenset[str] | None = None
    traps: frozenset[tuple[CodeSystem, str]] = frozenset()
    groups: tuple[str, ...] = ()

    def counts(self, code: str) -> bool:
        return code not in self.ignored and (self.judged is None or code in self.judged)


@dataclass(frozen=True, slots=True)
class Answered:
    """`given` are the suggested diagnoses that count; `shown` the probability of each that counts, and its truth."""

    wanted: frozenset[str]
    given: frozenset[str]
    shown: tuple[tuple[float, bool], ...]
    traps_suggested: int
    traps: int
    seconds: float
    groups: tuple[str, ...]

    def counted(self, keeps: Callable[[str], bool]) -> tuple[int, int, int]:
        """Right, given and wanted codes among those that `keeps` chooses."""
        wanted, given = set(filter(keeps, self.wanted)), set(filter(keeps, self.given))
        return len(wanted & given), len(given), len(wanted)

    def restricted(self, keeps: Callable[[str], bool]) -> tuple[int, int]:
        """Right codes, and given and wanted ones together, among the codes that `keeps` chooses."""
        right, given, wanted = self.counted(keeps)
        return right, wanted + given


Trial = tuple[Answered, ...]


def run_trials(
    champion: Suggester, challenger: Suggester, cases: Iterable[Case], clock: Clock = time.perf_counter
) -> tuple[Trial, Trial]:
    """Both models by turns on each case, so that a busy machine slows both."""
    first: list[Answered] = []
    second: list[Answered] = []
    for number, case in enumerate(track(list(cases), "gate")):
        turns = ((champion, first), (challenger, second))
        for model, answers in turns if number % 2 else reversed(turns):
            start = clock()
            (answer,) = model.suggest([case.encounter], case.profile)
            answers.append(score(case, answer, clock() - start))
    return tuple(first), tuple(second)


def score(case: Case, answer: SuggestionSet, seconds: float = 0.0) -> Answered:
    diagnoses = list(_read_diagnoses(case, answer))
    taken = {(one.system, one.code) for one in answer.suggestions if one.tier is Tier.SUGGESTED}
    return Answered(
        wanted=case.wanted,
        given=frozenset(code for code, _, is_suggested in diagnoses if is_suggested),
        shown=tuple((probability, code in case.wanted) for code, probability, _ in diagnoses),
        traps_suggested=len(taken & case.traps),
        traps=len(case.traps),
        seconds=seconds,
        groups=case.groups,
    )


def _read_diagnoses(case: Case, answer: SuggestionSet) -> Iterator[tuple[str, float, bool]]:
    for one in answer.suggestions:
        code = case.readings.get(one.code, one.code)
        if one.system is CodeSystem.ICD10CM and case.counts(code):
            yield code, one.probability, one.tier is Tier.SUGGESTED


def count(trial: Trial, keeps: Callable[[str], bool] = lambda _: True) -> Floats:
    """*Shape:* (cases, 2), as `paired_bootstrap` wants it."""
    return np.array([answer.restricted(keeps) for answer in trial], dtype=np.float64).reshape(-1, 2)
