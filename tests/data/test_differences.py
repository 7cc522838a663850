"""Field-level differences say all that changed, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claims import Claim
from data.differences import find_differences
from data.synthetic.demo_claims import draft_claim

VISIT, DRAW, SHOT = {"code": "99213"}, {"code": "36415"}, {"code": "96372"}


def claim(**changes: Any) -> Claim:
    return draft_claim("c1", **changes)


def without_first() -> Claim:
    both = claim(lines=[VISIT, DRAW])
    return both.model_copy(update={"lines": both.lines[1:]})


CHANGES: list[tuple[Claim, Claim, list[tuple[str, Any, Any]]]] = [
    (claim(), claim(), []),
    (claim(), claim(rendering_npi="1"), [("/rendering_npi", "1730000019", "1")]),
    (claim(), claim(prior_authorization="A1"), [("/prior_authorization", None, "A1")]),
    (claim(), claim(diagnoses=["I10", "E11.9"]), [("/diagnoses", ["E11.9", "I10"], ["I10", "E11.9"])]),
    (claim(), claim(patient={"age_years": 58}), [("/patient/age_years", 57, 58)]),
    (claim(), claim(lines=[VISIT | {"modifiers": ["25"]}]), [("/lines/0/modifiers", [], ["25"])]),
    (
        claim(),
        claim(lines=[{"code": "99214"}]),
        [("/lines/0/procedure/code", "99213", "99214"), ("/lines/0/charge_cents", 15000, 21500)],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_what_changed(before: Claim, after: Claim, expected: list[tuple[str, Any, Any]]) -> None:
    found = [(one.field, one.before, one.after) for one in find_differences(before, after)]
    assert found == expected
    assert [(field, b, a) for field, a, b in found] == [
        (one.field, one.before, one.after) for one in find_differences(after, before)
    ]


def test_a_line_that_goes_changes_no_other() -> None:
    (gone,) = find_differences(claim(lines=[VISIT, DRAW]), without_first())
    assert (gone.field, gone.after) == ("/lines/0", None)
    (came,) = find_differences(without_first(), claim(lines=[VISIT, DRAW]))
    assert (came.field, came.before) == ("/lines/0", None)


def test_values_stay_out_of_what_is_printed() -> None:
    (found,) = find_differences(claim(), claim(prior_authorization="SECRET"))
    assert "SECRET" not in repr(found)


LINES = st.lists(st.sampled_from([VISIT, DRAW, SHOT]), min_size=1, max_size=4)


@given(LINES, LINES)
def test_every_difference_is_one(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    before, after = claim(lines=first), claim(lines=second)
    found = find_differences(before, after)
    assert bool(found) == (before != after)
    assert all(one.before != one.after for one in found)
    assert len({one.field for one in found}) == len(found)
