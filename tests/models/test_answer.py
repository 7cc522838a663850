"""Identifiers of suggestions tell the lines of an answer apart."""

from data.codes import CodeSystem
from data.suggestions import Role, Tier
from models.coding.answer import Answer, Entry


def entry(code: str, *modifiers: str) -> Entry:
    return Entry(CodeSystem.CPT, code, "a service", 0.9, Tier.SUGGESTED, Role.SECONDARY, (), modifiers=modifiers)


def test_lines_of_one_service_have_identifiers_of_their_own() -> None:
    answer = Answer((entry("20610", "RT"), entry("20610", "LT"), entry("99213", "25"), entry("20610", "RT")))
    suggestions = answer.as_suggestions("ss_1")
    assert [(one.code, one.modifiers, one.rank) for one in suggestions] == [
        ("20610", ("RT",), 1),
        ("20610", ("LT",), 2),
        ("99213", ("25",), 3),
    ]
    assert len({one.suggestion_id for one in suggestions}) == 3
