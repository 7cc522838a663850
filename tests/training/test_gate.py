"""The gate refuses what must not be promoted, each time for the right reason, and passes what is as good."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.canonical import sha256_hex
from data.codes import CodeSystem
from data.notes import Encounter, Note, Profile
from data.suggestions import Role, Suggestion, SuggestionSet, Tier
from training.coding_cases import load_frozen_cases
from training.coding_trial import Case, run_trials, score
from training.denial_checks import check_denial
from training.denial_trial import DenialTrial
from training.gate_parts import check_learned, check_size, compare_coding
from training.learned_notes import write_learned
from training.paired_bootstrap import compare, pooled_f1
from training.verdict import Check, Findings

CODES = ("I10", "E11.9", "J45.909", "M54.50", "F32.A", "K21.9", "N39.0", "Z00.00")
TRAP = "C50.919"


def _case(number: int) -> Case:
    wanted = frozenset({CODES[number % 8], CODES[(number * 3 + 1) % 8]})
    note = Note(document_id="d", text=f"note {number}")
    encounter = Encounter(encounter_id=f"e{number}", date_of_service=date(2026, 3, 14), documents=(note,))
    return Case(
        encounter,
        Profile.OUTPATIENT,
        wanted,
        traps=frozenset({(CodeSystem.ICD10CM, TRAP)}),
        groups=(f"payer {'commercial' if number % 2 else 'medicare'}",),
    )


CASES = [_case(number) for number in range(60)]
WANTED = {case.encounter.encounter_id: case.wanted for case in CASES}
Answer = Callable[[int, frozenset[str]], dict[str, float]]


class FakeSuggester:
    """Answers by a function of the case's number and its wanted codes; tells a clock how long it took."""

    def __init__(self, answer: Answer, clock: "FakeClock", seconds: float = 0.1) -> None:
        self.answer, self.clock, self.seconds = answer, clock, seconds

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        (encounter,) = encounters
        self.clock.now += self.seconds
        found = self.answer(int(encounter.encounter_id[1:]), WANTED[encounter.encounter_id])
        return [
            SuggestionSet(
                encounter_id=encounter.encounter_id,
                suggestion_set_id="s",
                model_version="v",
                code_set_releases={},
                suggestions=tuple(
                    Suggestion(
                        suggestion_id=code,
                        system=CodeSystem.ICD10CM,
                        code=code,
                        term="a term",
                        probability=probability,
                        tier=Tier.SUGGESTED if probability >= 0.3 else Tier.CANDIDATE,
                        rank=rank,
                        role=Role.SECONDARY,
                    )
                    for rank, (code, probability) in enumerate(found.items(), start=1)
                ),
            )
        ]


class FakeClock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fair(number: int, wanted: frozenset[str]) -> dict[str, float]:
    """Right about three codes of four, and once in three notes wrong."""
    found = {code: 0.8 if (number + n) % 4 else 0.2 for n, code in enumerate(sorted(wanted))}
    return found | ({"R07.9": 0.45} if number % 3 == 0 else {})


def silent(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return {} if number % 10 else fair(number, wanted)


def one_code(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return {"I10": 0.9}


def constant(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return dict.fromkeys(fair(number, wanted), 0.5)


def flood(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return dict.fromkeys((*CODES, "R07.9", "R05.9"), 0.6) | {"I10": 0.7}


def leaking(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return dict.fromkeys(wanted, 0.9 - number / 1000)


def worse(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return {code: value if number % 5 else 0.1 for code, value in fair(number, wanted).items()}


def worse_for_medicare(number: int, wanted: frozenset[str]) -> dict[str, float]:
    if number % 2:
        return dict.fromkeys(wanted, 0.8)
    return {code: value if number % 4 else 0.1 for code, value in fair(number, wanted).items()}


def overconfident(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return {code: 0.99 if code == "R07.9" else value for code, value in fair(number, wanted).items()}


def trapped(number: int, wanted: frozenset[str]) -> dict[str, float]:
    return fair(number, wanted) | ({TRAP: 0.5} if number % 10 == 0 else {})


def _examine(answer: Answer, seconds: float = 0.1, newest: Answer | None = None) -> Findings:
    clock = FakeClock()
    pairs = []
    for function in (answer, newest or answer):
        champion, challenger = FakeSuggester(fair, clock), FakeSuggester(function, clock, seconds)
        pairs.append(run_trials(champion, challenger, CASES, clock))
    return compare_coding(pairs[0], pairs[1], None)


@pytest.mark.parametrize(
    ("answer", "check", "words"),
    [
        (silent, Check.COLLAPSE, "suggests nothing"),
        (one_code, Check.COLLAPSE, "suggests I10 on 100%"),
        (constant, Check.COLLAPSE, "all the same"),
        (flood, Check.COLLAPSE, "twice as many"),
        (leaking, Check.LEAK, "too good"),
        (worse, Check.FROZEN_SET, "micro-F1 changes by -"),
        (worse_for_medicare, Check.SEGMENT, "payer medicare"),
        (overconfident, Check.CALIBRATION, "calibration"),
        (trapped, Check.TRAPS, "traps"),
    ],
)
def test_each_fault_is_refused_for_its_own_reason(answer: Answer, check: Check, words: str) -> None:
    found = _examine(answer)
    assert any(one.check is check and words in one.text for one in found.objections), found.objections


def test_the_same_answers_pass() -> None:
    found = _examine(fair)
    assert found.objections == ()
    assert found.measures["frozen_set_difference"] == 0
    assert found.measures["frozen_set_cases"] == 60


@pytest.mark.parametrize(("seconds", "is_refused"), [(0.05, False), (0.12, False), (0.13, True), (0.5, True)])
def test_a_slower_challenger_is_refused_for_being_slow_alone(seconds: float, is_refused: bool) -> None:
    found = _examine(fair, seconds)
    assert [one.check for one in found.objections] == ([Check.LATENCY] if is_refused else [])


def test_the_newest_decisions_have_a_say() -> None:
    assert Check.NEWEST in {one.check for one in _examine(fair, newest=worse).objections}
    assert Check.NEWEST not in {one.check for one in _examine(worse, newest=fair).objections}


def test_without_newest_decisions_the_frozen_set_decides() -> None:
    clock = FakeClock()
    pair = run_trials(FakeSuggester(fair, clock), FakeSuggester(fair, clock), CASES, clock)
    assert compare_coding(pair, ((), ()), None).objections == ()


def test_codes_that_nobody_decided_on_count_neither_way() -> None:
    case = replace(CASES[0], wanted=frozenset({"I10"}), judged=frozenset({"I10", "E11.9"}))
    answer = FakeSuggester(flood, FakeClock()).suggest([case.encounter], case.profile)[0]
    answered = score(case, answer)
    assert (answered.given, answered.restricted(lambda _: True)) == ({"I10", "E11.9"}, (1, 3))


def test_a_version_that_learned_from_the_cases_is_refused(tmp_path: Path) -> None:
    champion, challenger = tmp_path / "champion", tmp_path / "challenger"
    for folder in (champion, challenger):
        folder.mkdir()
    write_learned(challenger, champion, ["another note"])
    assert check_learned(challenger, CASES) == Findings()
    write_learned(challenger, champion, ["another note", CASES[3].encounter.documents[0].text])
    (objection,) = check_learned(challenger, CASES).objections
    assert (objection.check, "1 of the notes" in objection.text) == (Check.LEAK, True)
    assert sha256_hex("another note") in (challenger / "learned_notes.txt").read_text()


@pytest.mark.parametrize(("size", "is_refused"), [(1000, False), (1500, False), (1501, True)])
def test_a_bloated_artefact_is_refused(tmp_path: Path, size: int, is_refused: bool) -> None:
    for name, length in (("old", 1000), ("new", size)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_bytes(b"x" * length)
    assert bool(check_size(tmp_path / "old", tmp_path / "new").objections) == is_refused


def test_the_frozen_set_is_of_gold_notes_that_training_does_not_read() -> None:
    cases = load_frozen_cases()
    assert len(cases) >= 80
    assert all(case.wanted and not case.wanted & case.ignored for case in cases)
    assert all(any(group.startswith("specialty ") for group in case.groups) for case in cases)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_model_does_not_differ_from_itself(rows: list[tuple[int, int]]) -> None:
    counts = np.array([(min(right, total), total + right) for right, total in rows], dtype=float)
    difference = compare(counts, counts, rounds=20)
    assert (difference.value, difference.low, difference.high) == (0, 0, 0)
    assert 0 <= pooled_f1(counts) <= 1


def test_pairing_tells_more_than_two_intervals() -> None:
    """One code better on every tenth note: each interval alone is wide, the difference is sure."""
    generator = np.random.default_rng(0)
    champion = np.column_stack([generator.integers(0, 4, 300), np.full(300, 10)]).astype(float)
    challenger = champion + np.column_stack([np.arange(300) % 10 == 0, np.zeros(300)])
    assert compare(champion, challenger).low > 0


N = 1500
DENIED = np.random.default_rng(1).random(N) < 0.2
NOISE = np.random.default_rng(2).normal(size=N)


def _denial(strength: float, *, seconds: float = 1.0, spoiled: str = "") -> DenialTrial:
    groups = np.where(np.arange(N) % 3 == 0, "payer medicare", "payer commercial")
    logits = strength * DENIED + NOISE - 1.8
    if spoiled:
        logits = np.where(groups == spoiled, NOISE - 1.4, logits)
    scores: np.ndarray[tuple[int], np.dtype[np.float64]] = 1 / (1 + np.exp(-logits))
    return DenialTrial(DENIED, scores, groups, (seconds,) * 15)


@pytest.mark.parametrize(
    ("challenger", "checks"),
    [
        (_denial(1.2), set()),
        (_denial(1.3), set()),
        (_denial(1.0), {Check.FROZEN_SET}),
        (_denial(6.0), {Check.LEAK}),
        (_denial(1.2, seconds=2.0), {Check.LATENCY}),
        (replace(_denial(1.2), scores=np.full(N, 0.2)), {Check.COLLAPSE, Check.FROZEN_SET, Check.SEGMENT}),
        (replace(_denial(1.2), scores=_denial(1.2).scores ** 4), {Check.CALIBRATION}),
        (_denial(1.2, spoiled="payer medicare"), {Check.FROZEN_SET, Check.SEGMENT}),
    ],
)
def test_denial_challengers(challenger: DenialTrial, checks: set[Check]) -> None:
    found = check_denial(_denial(1.2), challenger, Check.FROZEN_SET)
    assert checks <= {one.check for one in found.objections}
    assert bool(found.objections) == bool(checks), found.objections


def test_too_few_claims_prove_nothing() -> None:
    few = DenialTrial(DENIED[:50], NOISE[:50], np.full(50, "payer medicare"))
    assert check_denial(few, few, Check.NEWEST) == Findings()
