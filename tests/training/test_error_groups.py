"""Errors in groups: by table, and that every error is in one group."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import GoldCase, Split, TrapReason, load_gold
from data.suggestions import SuggestionSet, Tier, Withheld, WithheldReason
from training.coding_cases import from_gold
from training.coding_trial import score
from training.error_groups import ErrorGroup, compare_siblings, group_errors

Build = Callable[..., SuggestionSet]
CASES = load_gold(Split.DEV)
CODES = ("E11.9", "E11.22", "M17.11", "M17.12", "R52", "Z79.4", "W18.30XA", "I10", "S93.401A")


@pytest.fixture
def code_set(library: CodeLibrary) -> CodeSet:
    found = library.latest(CodeSystem.ICD10CM)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("given_code", "wanted", "group"),
    [
        ("M17.11", "M17.12", ErrorGroup.SIDE),
        ("H25.11", "H25.13", ErrorGroup.SIDE),
        ("M17.0", "M17.11", ErrorGroup.SIDE),
        ("S93.401A", "S93.402A", ErrorGroup.SIDE),
        ("S93.401A", "S93.401D", ErrorGroup.SEVENTH_CHARACTER),
        ("S93.401A", "S93.402D", ErrorGroup.SIBLING),
        ("M25.569", "M25.561", ErrorGroup.VAGUE),
        ("E11.9", "E11.22", ErrorGroup.VAGUE),
        ("M17.11", "M17.9", ErrorGroup.TOO_SPECIFIC),
        ("E11.22", "E11.40", ErrorGroup.TOO_SPECIFIC),
        ("E11.22", "E11.42", ErrorGroup.SIBLING),
        ("E11.2222", "E11.22", ErrorGroup.SIBLING),  # no such code
    ],
)
def test_siblings(given_code: str, wanted: str, group: ErrorGroup, code_set: CodeSet) -> None:
    assert compare_siblings(given_code, wanted, code_set) is group


@pytest.fixture
def case() -> GoldCase:
    """Knee pain on the right and diabetes with kidney disease are wanted; migraine may be reported."""
    base = CASES[0]
    proof = base.labels.diagnoses[0].model_dump()["evidence"]
    wanted = [("M25.561", "first_listed", False), ("E11.22", "secondary", False), ("G43.909", "secondary", True)]
    traps = [("I10", TrapReason.NEGATED), ("E11.9", TrapReason.SUPERSEDED), ("R07.9", TrapReason.INTEGRAL_SYMPTOM)]
    labels = {
        "encounter_id": base.labels.encounter_id,
        "profile": "outpatient",
        "diagnoses": [{"code": c, "role": r, "is_optional": o, "evidence": proof} for c, r, o in wanted],
        "traps": [{"system": "icd10cm", "code": c, "reason": reason, "evidence": proof} for c, reason in traps],
    }
    return GoldCase.model_validate(base.model_dump() | {"labels": labels})


@pytest.fixture
def answer(answer_with: Any) -> Build:
    """Suggested codes, and below the threshold others; all with words to support them."""

    def build(
        case: GoldCase, *codes: str, candidates: tuple[str, ...] = (), withheld: tuple[str, ...] = ()
    ) -> SuggestionSet:
        proof = case.labels.diagnoses[0].evidence
        same = {"system": CodeSystem.ICD10CM, "role": "secondary", "evidence": proof}
        rows = [same | {"code": code} for code in codes]
        rows += [same | {"code": code, "tier": Tier.CANDIDATE, "probability": 0.2} for code in candidates]
        built: SuggestionSet = answer_with(case, rows)
        kept = tuple(Withheld(code=code, reason=WithheldReason.HISTORICAL) for code in withheld)
        return built.model_copy(update={"withheld": kept})

    return build


RIGHT = ("M25.561", "E11.22")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (RIGHT, []),
        ((*RIGHT, "G43.909"), []),  # optional
        (("M25.562", "E11.22"), [("M25.562", "wrong side"), ("M25.561", "wrong side")]),
        (
            ("M25.561", "E11.9"),  # what the trap says less well than the missed code
            [("E11.9", "unspecified instead of specific"), ("E11.22", "unspecified instead of specific")],
        ),
        ((*RIGHT, "E11.9"), [("E11.9", "trap: superseded")]),
        ((*RIGHT, "I10"), [("I10", "trap: negated")]),
        ((*RIGHT, "R07.9"), [("R07.9", "trap: integral symptom")]),
        ((*RIGHT, "E11.40"), [("E11.40", "beside a right code of its category")]),
        ((*RIGHT, "R52"), [("R52", "sign or symptom that is not reported")]),
        ((*RIGHT, "Z79.4"), [("Z79.4", "Z code that is not reported")]),
        ((*RIGHT, "W18.30XA"), [("W18.30XA", "external cause that is not reported")]),
        ((*RIGHT, "J45.909"), [("J45.909", "condition that is not reported")]),
    ],
)
def test_wrong_codes(
    codes: tuple[str, ...], expected: list[tuple[str, str]], case: GoldCase, answer: Build, code_set: CodeSet
) -> None:
    assert [(error.code, error.label) for error in group_errors(case, answer(case, *codes), code_set)] == expected


@pytest.mark.parametrize(
    ("rest", "recognised", "label"),
    [
        ({"candidates": ("E11.22",)}, frozenset(), "candidate, below the threshold"),
        ({"candidates": ("E11.22",), "withheld": ("E11.22",)}, frozenset(), "candidate, below the threshold"),
        ({"withheld": ("E11.22",)}, frozenset({"E1122"}), "recognised, withheld: historical"),
        ({}, frozenset({"E1122"}), "recognised, too unlikely to be shown"),
        ({}, frozenset({"E119"}), "never recognised"),
    ],
)
def test_missed_codes(
    rest: dict[str, Any], recognised: frozenset[str], label: str, case: GoldCase, answer: Build, code_set: CodeSet
) -> None:
    (error,) = group_errors(case, answer(case, "M25.561", **rest), code_set, recognised)
    assert (error.code, error.is_missed, error.label) == ("E11.22", True, label)
    assert error.probability == (0.2 if rest.get("candidates") else 0)


def test_a_wrong_code_stands_for_one_missed_code_the_nearest(case: GoldCase, answer: Build, code_set: CodeSet) -> None:
    errors = group_errors(case, answer(case, "M25.562", "M25.569"), code_set)
    pairs = {error.code: error.other for error in errors}
    assert pairs == {"M25.562": "M25.561", "M25.569": "", "M25.561": "M25.562", "E11.22": ""}
    assert [error.code for error in errors if error.is_first_listed] == ["M25.561"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, len(CASES) - 1), kept=st.integers(0, 4), more=st.sets(st.sampled_from(CODES)))
def test_every_error_is_in_one_group(number: int, kept: int, more: set[str], answer: Build, code_set: CodeSet) -> None:
    one = CASES[number]
    codes = {d.code.dotted for d in one.labels.diagnoses[:kept]} | more
    given_answer = answer(one, *sorted(codes))
    errors = group_errors(one, given_answer, code_set)
    judged = score(from_gold(one), given_answer)
    assert {e.code for e in errors if e.is_missed} == judged.wanted - judged.given
    assert {e.code for e in errors if not e.is_missed} == judged.given - judged.wanted
    assert len(errors) == len({(e.code, e.is_missed) for e in errors})
    paired = {e.code: e for e in errors if e.other}
    assert all(paired[e.other].other == code and paired[e.other].group is e.group for code, e in paired.items())
