"""The synthetic world is the same for a seed, adds up to the cent, and is as its payers' rates say."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.carcs import is_denying
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.notes import PayerKind
from data.remittances import Remittance
from data.synthetic.claim_world import FIRST_DAY, LAST_DAY, ClaimWorld, build_world
from data.synthetic.demo_claims import demo_claims
from data.synthetic.dice import Dice
from data.synthetic.payers import draw_payers
from data.synthetic.published import ADD_ONS, PAIRS, UNIT_LIMITS
from data.synthetic.services import load_encounter_kinds, load_services


@pytest.fixture(scope="module")
def world() -> ClaimWorld:
    return build_world(seed=11, size=3000)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10**9))
def test_a_seed_gives_one_world(seed: int) -> None:
    first, second = build_world(seed, 40), build_world(seed, 40)
    assert first.claims == second.claims
    assert first.claims != build_world(seed + 1, 40).claims


def test_claims_stand_in_the_order_of_their_preparation(world: ClaimWorld) -> None:
    days = [one.claim.prepared_on for one in world.claims]
    assert days == sorted(days)
    services = [line.service_date for one in world.claims for line in one.claim.lines]
    assert min(services) >= FIRST_DAY
    assert max(days) <= LAST_DAY


def test_every_claim_reads_back_from_the_wire(world: ClaimWorld) -> None:
    for one in world.claims[:200]:
        assert Claim.model_validate_json(one.claim.model_dump_json()) == one.claim


def _balance(remittance: Remittance) -> None:
    for line in remittance.lines:
        assert line.paid_cents + sum(adjustment.amount_cents for adjustment in line.adjustments) == line.charge_cents


def test_remittances_add_up_to_the_cent(world: ClaimWorld) -> None:
    for one in world.claims:
        for remittance in one.remittances:
            _balance(remittance)
            assert remittance.adjudicated_on > one.claim.prepared_on
            assert [line.charge_cents for line in remittance.lines] == [line.charge_cents for line in one.claim.lines]


def test_a_later_answer_pays_what_was_denied(world: ClaimWorld) -> None:
    repeated = [one.remittances for one in world.claims if len(one.remittances) > 1]
    assert repeated
    for first, second in repeated:
        assert first.adjudicated_on < second.adjudicated_on
        assert any(line.paid_cents == 0 for line in first.lines)
        assert not any(is_denying(adjustment) for line in second.lines for adjustment in line.adjustments)


def test_some_lines_are_paid_nothing_and_not_denied(world: ClaimWorld) -> None:
    """The deductible took it all: what labels must not mistake for a denial."""
    unpaid = [
        line for one in world.claims for answer in one.remittances for line in answer.lines if not line.paid_cents
    ]
    assert any(not any(map(is_denying, line.adjustments)) for line in unpaid)


def test_young_claims_are_open(world: ClaimWorld) -> None:
    is_open = [not one.remittances for one in world.claims]
    assert all(is_open[-20:])
    assert not any(is_open[:1000])


def test_the_oracle_is_calibrated_to_the_outcomes(world: ClaimWorld) -> None:
    answered = [one for one in world.claims if one.remittances]
    denied = [
        any(is_denying(adjustment) for line in one.remittances[0].lines for adjustment in line.adjustments)
        for one in answered
    ]
    rate, expected = sum(denied) / len(denied), sum(one.oracle for one in answered) / len(answered)
    assert rate == pytest.approx(expected, abs=0.02)
    assert 0.10 < rate < 0.18
    sure = [is_denied for one, is_denied in zip(answered, denied, strict=True) if one.oracle > 0.7]
    assert sum(sure) / len(sure) > 0.7


def test_line_oracles_bound_the_claim(world: ClaimWorld) -> None:
    for one in world.claims[:500]:
        assert len(one.line_oracle) == len(one.claim.lines)
        assert max(one.line_oracle) - 1e-9 <= one.oracle <= sum(one.line_oracle) + 1e-9


def test_payers_deny_as_published() -> None:
    """Medicare denies least, the marketplace most; payers of a kind differ."""
    rates: dict[PayerKind, list[float]] = {}
    for seed in range(60):
        for payer in draw_payers(Dice(seed)):
            rates.setdefault(payer.payer.kind, []).append(payer.denial_rate)
    means = {kind: sum(found) / len(found) for kind, found in rates.items()}
    assert means[PayerKind.MEDICARE] == pytest.approx(0.084, abs=0.01)
    assert means[PayerKind.COMMERCIAL] == pytest.approx(0.139, abs=0.01)
    assert means[PayerKind.MEDICARE_ADVANTAGE] == pytest.approx(0.155, abs=0.01)
    assert means[PayerKind.OTHER] == pytest.approx(0.188, abs=0.015)
    assert max(rates[PayerKind.COMMERCIAL]) - min(rates[PayerKind.COMMERCIAL]) > 0.1


def test_policies_change_over_the_months() -> None:
    starts = [start for payer in draw_payers(Dice(5)) for start in payer.authorization.values()]
    assert 0 in starts
    assert any(start > 6 for start in starts)


def test_everything_synthetic_is_called_so(world: ClaimWorld) -> None:
    for one in world.claims[:50]:
        assert one.claim.claim_id.startswith("synthetic-")
        assert one.claim.patient.patient_id.startswith("synthetic-")
        assert one.claim.payer.payer_id.startswith("demo-")


def test_reasons_are_many(world: ClaimWorld) -> None:
    carcs = Counter(
        adjustment.carc
        for one in world.claims
        for answer in one.remittances[:1]
        for line in answer.lines
        for adjustment in line.adjustments
        if is_denying(adjustment)
    )
    assert len(carcs) >= 15
    assert carcs.most_common(1)[0][1] < 0.35 * carcs.total()


def test_what_clinics_do_is_in_the_table_of_services() -> None:
    services = load_services()
    for kinds in load_encounter_kinds().values():
        for kind in kinds:
            assert {code for code, _ in kind.visits} <= set(services)
            assert {procedure.code for procedure in kind.procedures} <= set(services)
            assert sum(weight for _, weight in kind.first) > 0
    assert set(UNIT_LIMITS) | {code for pair in PAIRS for code in pair[:2]} <= set(services)
    assert set(ADD_ONS) | {primary for primaries in ADD_ONS.values() for primary in primaries} <= set(services)


def test_diagnoses_of_the_world_are_billable(library: CodeLibrary) -> None:
    code_set = library.latest(CodeSystem.ICD10CM)
    assert code_set is not None
    for kinds in load_encounter_kinds().values():
        for kind in kinds:
            for code, _ in (*kind.first, *kind.further):
                assert code_set.is_billable(code.compact), code


def test_demo_claims_are_a_handful_of_march() -> None:
    claims = demo_claims()
    assert 12 <= len(claims) <= 20
    assert len({claim.claim_id for claim in claims}) == len(claims)
    assert {claim.prepared_on for claim in claims} == {date(2026, 3, 27)}
    assert all(claim.claim_id.startswith("demo-") for claim in claims)
