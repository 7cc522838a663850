"""Payer rules: every demand has a claim that breaks it and one that does not; versions, dates, authors."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.code_library import CodeLibrary
from data.home import Home
from data.payer_rules import (
    PayerRule,
    UnknownPayerRuleError,
    read_payer_rules,
    record_payer_rule,
    retire_payer_rule,
    standing_rules,
)
from data.reviews import Edit, Severity
from data.synthetic.demo_claims import draft_claim
from data.synthetic.demo_rules import record_demo_rules
from models.denial.edits.engine import RULE_FAILED, check_claim, holds
from models.denial.edits.references import EditReferences, load_edit_references

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NO_PAST = ClaimHistory({})


def write_rule(**changes: Any) -> PayerRule:
    """An authorization rule of one payer for knee arthroscopy."""
    usual = {
        "rule_id": "knee",
        "payer_ids": ["demo-commercial"],
        "procedures": ["29870-29889", "27447"],
        "demand": {"kind": "authorization"},
        "severity": "deny",
        "category": "authorization",
        "message": "the payer wants an authorization number",
        "citation": "Provider manual 2026, page 14",
        "valid_from": "2026-01-01",
    }
    return PayerRule.model_validate({**usual, **changes})


def one_line(code: str = "27447", **values: Any) -> list[dict[str, Any]]:
    return [{"code": code, **values}]


def findings(rule: PayerRule, claim: Claim, home: Home, library: CodeLibrary) -> list[Edit]:
    record_payer_rule(home, rule, by="bea", at=NOW)
    edits = check_claim(claim, load_edit_references(home, library), history=NO_PAST)
    return [edit for edit in edits if edit.rule_id == f"payer.{rule.rule_id}"]


KNEE = draft_claim("c", lines=one_line())
# Changes of the rule, the claim that breaks it, the claim that does not.
DEMANDS: list[tuple[dict[str, Any], Claim, Claim]] = [
    ({}, KNEE, draft_claim("c", lines=one_line(), prior_authorization="A1")),
    ({}, KNEE, draft_claim("c", lines=one_line("99213"))),
    ({}, KNEE, draft_claim("c", lines=one_line(), payer={"payer_id": "other", "kind": "commercial"})),
    ({}, KNEE, draft_claim("c", lines=one_line(), service_date=date(2025, 12, 31))),
    ({"places": ["11"]}, KNEE, draft_claim("c", lines=one_line(place_of_service="22"))),
    ({"min_age": 18}, KNEE, draft_claim("c", lines=one_line(), patient={"age_years": 17})),
    (
        {"payer_ids": [], "payer_kinds": ["commercial"]},
        KNEE,
        draft_claim("c", lines=one_line(), payer={"payer_id": "m", "kind": "medicare"}),
    ),
    (
        {"demand": {"kind": "filing_limit", "days": 10}, "category": "timely_filing"},
        KNEE,
        draft_claim("c", lines=one_line(), service_date=date(2026, 3, 17)),
    ),
    (
        {"demand": {"kind": "modifier_required", "any_of": ["LT", "RT"]}},
        KNEE,
        draft_claim("c", lines=one_line(modifiers=["LT"])),
    ),
    (
        {"demand": {"kind": "modifier_refused", "modifiers": ["59"]}},
        draft_claim("c", lines=one_line(modifiers=["59"])),
        KNEE,
    ),
    (
        {"demand": {"kind": "place_required", "places": ["22", "24"]}},
        KNEE,
        draft_claim("c", lines=one_line(place_of_service="24")),
    ),
    ({"demand": {"kind": "unit_limit", "units": 1}}, draft_claim("c", lines=one_line(units=2)), KNEE),
    (
        {"demand": {"kind": "diagnosis_required", "prefixes": ["M17"]}},
        KNEE,
        draft_claim("c", lines=one_line(), diagnoses=["M17.11"]),
    ),
    (
        {"demand": {"kind": "diagnosis_refused", "prefixes": ["E11"]}},
        KNEE,
        draft_claim("c", lines=one_line(), diagnoses=["M17.11"]),
    ),
    (
        {"demand": {"kind": "unspecified_refused"}},
        draft_claim("c", lines=one_line(), diagnoses=["M25.569"]),
        draft_claim("c", lines=one_line(), diagnoses=["J45.909"]),
    ),
    (
        {"demand": {"kind": "unspecified_refused", "only_side": False}},
        draft_claim("c", lines=one_line(), diagnoses=["J45.909"]),
        draft_claim("c", lines=one_line(), diagnoses=["M25.561"]),
    ),
    ({"demand": {"kind": "not_covered"}}, KNEE, draft_claim("c", lines=one_line("99213"))),
]


@pytest.mark.parametrize(("changes", "broken", "fine"), DEMANDS)
def test_a_demand(changes: dict[str, Any], broken: Claim, fine: Claim, home: Home, library: CodeLibrary) -> None:
    rule = write_rule(**changes)
    (edit,) = findings(rule, broken, home, library)
    assert (edit.severity, edit.lines) == (Severity.DENY, (1,))
    assert "version 1 by bea" in edit.source.release
    assert holds([edit])
    assert findings(rule, fine, home, library) == []


REMOTE: list[tuple[bool, dict[str, Any]]] = [
    (True, {"lines": one_line("90834", place_of_service="10")}),
    (True, {"lines": one_line("99213", place_of_service="02", modifiers=["25"])}),
    (False, {"lines": one_line("99213", place_of_service="02", modifiers=["95"])}),
    (False, {"lines": one_line("90834", place_of_service="10", modifiers=["93"])}),
    (False, {"lines": one_line("90834", place_of_service="11")}),
    (False, {"lines": one_line("98016", place_of_service="10")}),
    (False, {"lines": one_line("90834", place_of_service="10"), "payer": {"payer_id": "m", "kind": "medicare"}}),
    (False, {"lines": one_line("90834", place_of_service="10"), "payer": {"payer_id": "c", "kind": "commercial"}}),
]


@pytest.mark.parametrize(("is_broken", "changes"), REMOTE)
def test_the_demo_payer_wants_telehealth_named(
    is_broken: bool, changes: dict[str, Any], home: Home, library: CodeLibrary
) -> None:
    record_demo_rules(home)
    edits = check_claim(draft_claim("c", **changes), load_edit_references(home, library), history=NO_PAST)
    found = [edit for edit in edits if edit.rule_id == "payer.telehealth_modifier"]
    assert len(found) == is_broken
    assert holds(found) == is_broken


def test_every_version_is_kept_and_the_newest_stands(home: Home) -> None:
    first = record_payer_rule(home, write_rule(), by="bea", at=NOW)
    assert record_payer_rule(home, write_rule(), by="carl", at=NOW) == first
    second = record_payer_rule(home, write_rule(severity="warn"), by="carl", at=NOW)
    recorded = read_payer_rules(home)
    assert [(one.version, one.author) for one in recorded] == [(1, "bea"), (2, "carl")]
    assert standing_rules(recorded) == (second,)


def test_a_message_may_hold_any_line_break(home: Home) -> None:
    rule = write_rule(message="ask first\u2028then\u0085bill")
    record_payer_rule(home, rule, by="bea", at=NOW)
    assert [one.rule for one in read_payer_rules(home)] == [rule]


def test_a_retired_rule_holds_up_to_its_last_day(home: Home, library: CodeLibrary) -> None:
    record_payer_rule(home, write_rule(), by="bea", at=NOW)
    ended = retire_payer_rule(home, "knee", date(2026, 3, 15), by="bea", at=NOW)
    assert (ended.version, ended.rule.valid_to) == (2, date(2026, 3, 15))
    assert findings(ended.rule, KNEE, home, library) == []
    with pytest.raises(UnknownPayerRuleError):
        retire_payer_rule(home, "hip", date(2026, 3, 15), by="bea", at=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_id": "Knee Rule"},
        {"valid_to": "2025-01-01"},
        {"demand": {"kind": "magic"}},
        {"demand": {"kind": "filing_limit"}},
        {"procedures": ["knee"]},
        {"severity": "reject"},
    ],
)
def test_a_bad_rule_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        write_rule(**changes)


def test_a_crash_of_a_payer_rule_holds(home: Home, library: CodeLibrary) -> None:
    recorded = record_payer_rule(home, write_rule(), by="bea", at=NOW)
    broken: Any = recorded.model_copy(update={"rule": recorded.rule.model_copy(update={"demand": "nonsense"})})
    references: EditReferences = replace(load_edit_references(home, library), payer_rules=(broken,))
    found = [edit for edit in check_claim(KNEE, references) if edit.rule_id == RULE_FAILED]
    assert holds(found)
