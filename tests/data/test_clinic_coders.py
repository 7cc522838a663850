"""Simulated coders of a clinic: without errors they keep what the visit means; each error does what its name says."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import CodeSystem
from data.decisions import Decision, Outcome
from data.suggestions import Role, Suggestion, SuggestionSet, Tier
from data.synthetic.clinic_coders import FLAWLESS, ErrorRates, decide_visit
from data.synthetic.clinic_notes import ClinicVisit, write_visits
from data.synthetic.dice import Dice

VISITS = tuple(write_visits(200))
WRONG = ("R05.9", "R07.9")


def _answer(visit: ClinicVisit, shown: Iterable[str], tier: Tier = Tier.SUGGESTED) -> SuggestionSet:
    return SuggestionSet(
        encounter_id=visit.encounter.encounter_id,
        suggestion_set_id="s",
        model_version="test",
        code_set_releases={},
        suggestions=tuple(
            Suggestion(
                suggestion_id=code,
                system=CodeSystem.ICD10CM,
                code=code,
                term="term",
                probability=0.8,
                tier=tier,
                rank=rank,
                role=Role.SECONDARY,
            )
            for rank, code in enumerate(shown, start=1)
        ),
    )


def _decide(visit: ClinicVisit, rates: ErrorRates, tier: Tier = Tier.SUGGESTED, seed: int = 1) -> tuple[Decision, ...]:
    """On all meant codes but the first, and on two wrong ones."""
    return decide_visit(visit, _answer(visit, (*list(visit.meant)[1:], *WRONG), tier), rates, Dice(seed))


def _kept(decisions: Iterable[Decision]) -> set[str]:
    taken = (one.replaced_by or one.code for one in decisions if one.outcome is not Outcome.REJECTED)
    return set(taken)


@given(visit=st.sampled_from(VISITS), seed=st.integers(0, 1000))
def test_without_errors_what_the_visit_means_is_kept(visit: ClinicVisit, seed: int) -> None:
    decisions = _decide(visit, FLAWLESS, seed=seed)
    assert _kept(decisions) == set(visit.meant)
    assert {one.code for one in decisions if one.outcome is Outcome.REJECTED} == set(WRONG)


@given(visit=st.sampled_from(VISITS), seed=st.integers(0, 1000))
def test_contrary_coders_keep_what_is_wrong(visit: ClinicVisit, seed: int) -> None:
    decisions = _decide(visit, replace(FLAWLESS, opposes=1.0), seed=seed)
    assert _kept(decisions) == set(WRONG)


@pytest.mark.parametrize(
    ("rates", "outcome", "is_right"),
    [
        (replace(FLAWLESS, accepts_wrong=0.2), Outcome.ACCEPTED, False),
        (replace(FLAWLESS, refuses_right=0.2), Outcome.REJECTED, True),
        (replace(FLAWLESS, opposes=0.2), Outcome.ACCEPTED, False),
        (replace(FLAWLESS, opposes=0.2), Outcome.REJECTED, True),
    ],
    ids=["accepts wrong", "refuses right", "opposes by accepting", "opposes by refusing"],
)
def test_errors_come_at_their_rates(rates: ErrorRates, outcome: Outcome, is_right: bool) -> None:
    decided = [(visit, one) for seed, visit in enumerate(VISITS) for one in _decide(visit, rates, seed=seed)]
    of_kind = [one for visit, one in decided if one.suggestion_id and (one.code in visit.meant) is is_right]
    share = sum(one.outcome is outcome for one in of_kind) / len(of_kind)
    assert share == pytest.approx(0.2, abs=0.05)


def test_a_missed_code_is_forgotten_at_its_rate() -> None:
    added = [_decide(visit, replace(FLAWLESS, forgets_to_add=0.2), seed=seed) for seed, visit in enumerate(VISITS)]
    share = sum(any(one.outcome is Outcome.ADDED for one in decisions) for decisions in added) / len(added)
    assert share == pytest.approx(0.8, abs=0.07)


def test_who_hurries_accepts_unseen() -> None:
    decisions = _decide(VISITS[0], replace(FLAWLESS, hurries=1.0))
    assert {(one.outcome, one.viewed) for one in decisions} == {(Outcome.ACCEPTED, False)}
    assert set(WRONG) < {one.code for one in decisions}


def test_of_candidates_only_the_right_ones_are_decided_on() -> None:
    decisions = _decide(VISITS[0], FLAWLESS, Tier.CANDIDATE)
    assert {one.code for one in decisions} == set(VISITS[0].meant)
