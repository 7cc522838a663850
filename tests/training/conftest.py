"""Answers made by hand, for whatever measures answers."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from data.gold import GoldCase
from data.suggestions import Suggestion, SuggestionSet, Tier


@pytest.fixture
def answer_with() -> Callable[[GoldCase, Iterable[dict[str, Any]]], SuggestionSet]:
    """Builds the answer to a case of what its suggestions say, best first."""

    def build(case: GoldCase, rows: Iterable[dict[str, Any]]) -> SuggestionSet:
        same = {"term": "term", "probability": 0.9, "tier": Tier.SUGGESTED}
        ranked = [same | {"suggestion_id": str(rank), "rank": rank} | row for rank, row in enumerate(rows, start=1)]
        return SuggestionSet(
            encounter_id=case.encounter.encounter_id,
            suggestion_set_id="s",
            model_version="test",
            code_set_releases={},
            suggestions=tuple(map(Suggestion.model_validate, ranked)),
        )

    return build
