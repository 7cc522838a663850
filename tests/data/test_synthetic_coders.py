"""The simulated clinic: reproducible, coherent, and as wrong as it was told to be."""

import pytest

from data.code_library import CodeLibrary
from data.codes import CodeSystem, parse_code
from data.decisions import Outcome
from data.store.billing_worklist import list_billing_worklist
from data.store.claims import get_claim
from data.store.encounters import get_encounter, list_coding_worklist
from data.store.session import Store
from data.synthetic.billers import record_claims
from data.synthetic.claim_world import build_world
from data.synthetic.coder_sheet import Finding, load_sheet
from data.synthetic.coders import FLAWLESS, HABITS, Habits, record_visits, simulate_visits

FINDINGS = [finding for _, findings in load_sheet() for finding in findings]


def test_every_sample_note_has_findings() -> None:
    assert all(len(findings) >= 4 for _, findings in load_sheet())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: f"{finding.code}-{finding.evidence.start}")
def test_a_finding_is_coherent(finding: Finding) -> None:
    assert parse_code(finding.system, finding.code).dotted == finding.code
    assert finding.is_missed == (finding.probability == 0)
    assert finding.better is None or (finding.reason and parse_code(finding.system, finding.better))


def test_diagnoses_of_the_sheet_are_billable(library: CodeLibrary) -> None:
    code_set = library.latest(CodeSystem.ICD10CM)
    assert code_set is not None
    diagnoses = [finding for finding in FINDINGS if finding.system is CodeSystem.ICD10CM]
    codes = {text for finding in diagnoses for text in (finding.code, finding.better) if text}
    assert not [text for text in codes if not code_set.get(text.replace(".", "")).is_billable]


def test_the_same_seed_gives_the_same_visits() -> None:
    assert list(simulate_visits(20, seed=3)) == list(simulate_visits(20, seed=3))
    assert list(simulate_visits(20, seed=3)) != list(simulate_visits(20, seed=4))


def test_flawless_coders_follow_the_sheet() -> None:
    outcomes = [
        (decision.outcome, decision.viewed)
        for visit in simulate_visits(60, habits=FLAWLESS)
        for act in visit.acts
        for decision in act.decisions
    ]
    assert all(viewed for _, viewed in outcomes)
    assert {outcome for outcome, _ in outcomes} == set(Outcome) - {Outcome.DEFERRED}


def test_habits_are_rates() -> None:
    def share_unseen(habits: Habits) -> float:
        decisions = [
            decision
            for visit in simulate_visits(200, habits=habits)
            for act in visit.acts
            for decision in act.decisions
        ]
        return sum(not decision.viewed for decision in decisions) / len(decisions)

    assert share_unseen(FLAWLESS) == 0
    assert 0.02 < share_unseen(HABITS) < 0.12
    assert share_unseen(Habits(hurries=1)) == 1


def test_visits_and_claims_are_lived_in_a_store(sqlite_store: Store) -> None:
    world = build_world(seed=5, size=20)
    assert record_visits(sqlite_store, simulate_visits(20)) == 20
    assert record_claims(sqlite_store, world.claims) == 20
    with sqlite_store.reading() as session:
        assert get_encounter(session, "sim-00000").decisions
        assert get_claim(session, world.claims[0].claim.claim_id).decisions
        assert list_billing_worklist(session).items == ()
        waiting = {task.encounter_id for task in list_coding_worklist(session).items}
    assert len(waiting) < 20
