"""JSON Patch as RFC 6902 has it, on the operations that fixes use."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.synthetic.demo_claims import draft_claim
from models.denial.patch import PatchError, add, apply_operation, patch_claim, remove, replace

# From the appendix of RFC 6902, and its edge cases: document, operation, result.
EXAMPLES: list[tuple[Any, dict[str, Any], Any]] = [
    ({"foo": "bar"}, add("/baz", "qux"), {"foo": "bar", "baz": "qux"}),
    ({"foo": ["bar", "baz"]}, add("/foo/1", "qux"), {"foo": ["bar", "qux", "baz"]}),
    ({"foo": ["bar"]}, add("/foo/-", ["abc"]), {"foo": ["bar", ["abc"]]}),
    ({"foo": ["bar"]}, add("/foo/1", "end"), {"foo": ["bar", "end"]}),
    ({"foo": "bar"}, add("/foo", "new"), {"foo": "new"}),
    ({"baz": "qux", "foo": "bar"}, remove("/baz"), {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, remove("/foo/1"), {"foo": ["bar", "baz"]}),
    ({"baz": "qux"}, replace("/baz", "boo"), {"baz": "boo"}),
    ({"a": {"b": {"c": 1}}}, replace("/a/b/c", None), {"a": {"b": {"c": None}}}),
    ({"a/b": 1, "m~n": 2}, replace("/a~1b", 3), {"a/b": 3, "m~n": 2}),
    ({"a/b": 1, "m~n": 2}, remove("/m~0n"), {"a/b": 1}),
]
REFUSED: list[tuple[Any, dict[str, Any]]] = [
    ({"foo": 1}, remove("/bar")),
    ({"foo": 1}, replace("/bar", 2)),
    ({"foo": [1]}, add("/foo/2", 2)),
    ({"foo": [1]}, remove("/foo/1")),
    ({"foo": [1]}, replace("/foo/-", 2)),
    ({"foo": [1]}, replace("/foo/00", 2)),
    ({"foo": [1]}, replace("/foo/-1", 2)),
    ({"foo": 1}, add("/foo/bar", 2)),
    ({"foo": 1}, add("/baz/bar", 2)),
    ({"foo": 1}, add("foo", 2)),
    ({"foo": 1}, {"op": "test", "path": "/foo", "value": 1}),
]


@pytest.mark.parametrize(("document", "operation", "expected"), EXAMPLES)
def test_an_operation(document: Any, operation: dict[str, Any], expected: Any) -> None:
    before = copy.deepcopy(document)
    assert apply_operation(document, operation) == expected
    assert document == before


@pytest.mark.parametrize(("document", "operation"), REFUSED)
def test_an_operation_that_does_not_fit(document: Any, operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        apply_operation(document, operation)


@given(st.lists(st.integers(), max_size=5), st.integers(), st.data())
def test_what_is_added_can_be_removed(values: list[int], value: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values)))
    changed = apply_operation({"v": values}, add(f"/v/{place}", value))
    assert apply_operation(changed, remove(f"/v/{place}")) == {"v": values}


def test_a_claim_is_changed_and_the_old_one_stays() -> None:
    claim = draft_claim("c1")
    changed = patch_claim(claim, [add("/lines/0/modifiers/-", "25"), replace("/lines/0/units", 2)])
    assert changed.lines[0].modifiers == ("25",)
    assert changed.lines[0].units == 2
    assert claim.lines[0].modifiers == ()


def test_a_result_that_is_no_claim_is_refused() -> None:
    with pytest.raises(ValidationError):
        patch_claim(draft_claim("c1"), [replace("/lines/0/units", 0)])
