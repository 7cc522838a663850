"""The demo's past: claims that went out with every kind of answer, and a refused visit whose letter quotes its note."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import load_samples
from api.demo_past import load_denied_visit, load_past
from data.carcs import is_denying
from data.code_library import CodeLibrary
from data.denials import find_refusals
from data.remittances import AdjustmentGroup
from data.store.encounters import append_decisions, get_encounter
from data.synthetic.demo_claims import demo_claims
from data.synthetic.demo_coder import demo_decisions
from data.synthetic.demo_history import PastClaim, past_claims
from data.synthetic.demo_notes import demo_encounters
from data.synthetic.demo_payers import contracted_amounts

VISIT = "demo-office-knee-injection"


def refusing_carcs(found: list[PastClaim]) -> Counter[str]:
    answers = [past.answer for past in found if past.answer]
    return Counter(
        one.carc for answer in answers for line in answer.lines for one in line.adjustments if is_denying(one)
    )


@given(st.dates(date(2026, 3, 1), date(2040, 12, 31)))
def test_on_any_day_the_story_is_told(today: date) -> None:
    found = past_claims(today)
    assert 60 <= len(found) <= 120
    assert len({past.claim.claim_id for past in found}) == len(found)
    assert {"50", "197", "97", "29"} <= set(refusing_carcs(found))
    for claim, answer in found:
        assert today - timedelta(days=200) < claim.prepared_on < today
        assert max(line.service_date for line in claim.lines) < claim.prepared_on
        if answer:
            assert claim.prepared_on < answer.adjudicated_on < today
    assert 0 < sum(past.answer is None for past in found) < 30


def test_answers_balance_to_the_cent() -> None:
    for claim, answer in past_claims(date(2026, 3, 30)):
        for line, paid in zip(claim.lines, answer.lines if answer else (), strict=bool(answer)):
            assert paid.charge_cents == line.charge_cents
            assert paid.charge_cents == paid.paid_cents + sum(one.amount_cents for one in paid.adjustments)
            assert paid.paid_cents >= 0


def test_some_is_owed_by_the_patient_alone_and_some_paid_short() -> None:
    agreed = {(payer, code): cents for payer, code, cents in contracted_amounts()}
    kinds: Counter[str] = Counter()
    for claim, answer in past_claims(date(2026, 3, 30)):
        if answer is None or find_refusals(claim, [answer]):
            continue
        allowed = [
            paid.paid_cents + sum(one.amount_cents for one in paid.adjustments if one.group is AdjustmentGroup.PATIENT)
            for paid in answer.lines
        ]
        contract = [agreed[claim.payer.payer_id, one.procedure.code.compact] * one.units for one in claim.lines]
        kinds["patient"] += answer.paid_cents == 0
        kinds["short"] += allowed < contract
        kinds["in full"] += allowed == contract
    assert min(kinds[name] for name in ("patient", "short", "in full")) >= 3
    assert kinds["in full"] > 5 * kinds["short"]


@pytest.fixture
def clinic(world: Any) -> Any:
    world.now[0] = datetime(2026, 6, 1, 12, tzinfo=UTC)
    services = replace(world.services, library=CodeLibrary([]))
    load_samples(services, [one for one in demo_encounters() if one.encounter_id == VISIT], demo_claims()[:2])
    load_denied_visit(services)
    load_past(services)
    return world


def test_the_letter_of_the_refused_visit_quotes_its_note(clinic: Any) -> None:
    appeal = clinic.client().get(f"/v1/claims/{VISIT}-claim/appeal").json()
    assert [line["reasons"][0]["adjustment"]["carc"] for line in appeal["denied"]] == ["50"]
    assert appeal["is_appealable"]
    assert appeal["appeal_by"]["source"].startswith("42 CFR 405.942")
    note = next(one for one in demo_encounters() if one.encounter_id == VISIT).documents[0].text
    quotes = [quote["quote"] for quote in appeal["letter"]["quotes"]]
    assert quotes
    assert all(quote in note and quote in appeal["letter"]["text"] for quote in quotes)


def test_drafts_are_not_crowded_and_every_part_of_the_reports_has_something(clinic: Any) -> None:
    client = clinic.client("biller")
    assert len(client.get("/v1/worklists/billing").json()["items"]) == 2
    denials = client.get("/v1/reports/denials").json()
    assert {one["key"] for one in denials["by_carc"]} >= {"50", "197", "97", "29"}
    assert len(denials["by_payer"]) == 4
    owed = client.get("/v1/reports/receivables").json()["total"]
    assert owed["days_in_receivables"] > 0
    assert owed["unanswered_cents"] > 0
    alarms = client.get("/v1/reports/alarms").json()["alarms"]
    assert [(one["payer_id"], one["key"]) for one in alarms] == [("demo-medicare_advantage", "197")]


def test_a_second_start_on_a_later_day_changes_nothing(clinic: Any) -> None:
    client = clinic.client()
    before = client.get("/v1/audit/events").json()["events"]
    clinic.now[0] += timedelta(days=9)
    load_denied_visit(clinic.services)
    load_past(clinic.services)
    assert client.get("/v1/audit/events").json()["events"][: len(before)] == before
    assert client.get(f"/v1/claims/{VISIT}-claim").headers["etag"] == '"2"'


def test_a_note_that_somebody_works_on_is_left_alone(world: Any) -> None:
    load_samples(world.services, [one for one in demo_encounters() if one.encounter_id == VISIT], [])
    with world.services.store.transaction() as session:
        stored = get_encounter(session, VISIT)
        some = demo_decisions(stored.suggestion_set)[:1]
        append_decisions(session, VISIT, some, by="coder", at=world.now[0], expected_version=stored.version)
    load_denied_visit(world.services)
    assert world.client().get(f"/v1/claims/{VISIT}-claim").status_code == 404
