"""The page of the rules is the one that its command writes."""

from pathlib import Path

from models.denial.edits.affected import AFFECTED
from models.denial.edits.page import describe_edits
from models.denial.edits.registry import RULES_BY_ID

PAGE = Path(__file__).resolve().parents[2] / "docs" / "edits.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf8") == describe_edits()


def test_every_rule_stands_on_the_page_once() -> None:
    text = describe_edits()
    assert set(AFFECTED) == set(RULES_BY_ID)
    assert all(text.count(f"| `{rule_id}` |") == 1 for rule_id in RULES_BY_ID)
