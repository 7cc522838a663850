"""Odds: own outcomes before the prior, the prior only where independent review decides, else none."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.appeal_asks import ReviewKind, find_rule
from data.appeals import OddsBasis
from data.denials import find_refusals
from data.reference.rows import read_rows
from data.remittances import Remittance
from data.reviews import ReasonCategory
from data.synthetic.demo_claims import draft_claim
from models.appeal.claim_case import find_case
from models.appeal.odds import find_odds, judge_appeal
from models.appeal.own_rates import ENOUGH, AppealOutcome, rate_outcomes
from models.appeal.prior import COEFFICIENTS, NAME, OverturnPrior, load_prior, save_prior
from models.appeal.review_case import ReviewCase, iter_terms
from models.artifacts import ArtefactError, write_manifest
from models.registry import RELEASED

PRIOR = OverturnPrior("1", 100, -0.2, {"kind=necessity": 0.5, "diagnosis=mental": 0.25})
NECESSITY, AUTHORIZATION = ReasonCategory.MEDICAL_NECESSITY, ReasonCategory.AUTHORIZATION


def answer(carc: str, cents: int = 15000, day: str = "2026-05-01", **changes: Any) -> Remittance:
    adjusted = {"group": "CO", "carc": carc, "amount_cents": cents}
    line = {"line_number": 1, "charge_cents": 15000, "paid_cents": 0, "adjustments": [adjusted]}
    return Remittance.model_validate(
        {"claim_id": "c1", "adjudicated_on": day, "lines": [line | changes.pop("line", {})], **changes}
    )


# A payer's kind, diagnosis, procedure and reason code; the case that a review would see.
CASES: list[tuple[str, str, str, str, tuple[str, ...] | None]] = [
    ("commercial", "F33.2", "90868", "50", ("necessity", "mental", "depression_severe")),
    ("commercial", "B18.2", "J3490", "55", ("experimental", "infectious", "hepatitis")),
    ("managed_medicaid", "M54.50", "72148", "50", ("necessity", "orthopedic_musculoskeletal", "back_pain")),
    ("commercial", "R07.9", "99284", "40", ("urgent", "cardiac_circulatory", "chest_pain")),
    ("medicare", "M54.50", "72148", "50", None),
    ("medicare_advantage", "M54.50", "72148", "50", None),
    ("commercial", "M54.50", "72148", "197", None),
    ("commercial", "M54.50", "72148", "97", None),
    ("commercial", "R99", "99999", "50", None),
]


@pytest.mark.parametrize(("kind", "diagnosis", "code", "carc", "expected"), CASES)
def test_which_denials_are_review_cases(
    kind: str, diagnosis: str, code: str, carc: str, expected: tuple[str, ...] | None
) -> None:
    claim = draft_claim("c1", payer={"payer_id": "P", "kind": kind}, diagnoses=[diagnosis], lines=[{"code": code}])
    (refusal,) = find_refusals(claim, [answer(carc, line={"charge_cents": claim.charge_cents})])
    case = find_case(claim, claim.lines[0], find_rule(refusal))
    assert (case and (case.kind.value, case.diagnosis, case.diagnosis_detail)) == expected
    odds = find_odds(claim, [refusal], [], PRIOR)
    assert (odds is not None) is (expected is not None)
    assert odds is None or (odds.basis is OddsBasis.REVIEW_PRIOR and "California" in odds.label)
    assert find_odds(claim, [refusal], [], None) is None


def test_the_tables_read_and_prefer_what_is_special() -> None:
    spans = [span.split("-") for row in read_rows("review_treatments.tsv") for span in row["codes"].split()]
    assert all(first <= last and len(first) == len(last) == 5 for first, last in spans)
    prefixes = [prefix for row in read_rows("review_diagnoses.tsv") for prefix in row["prefixes"].split()]
    assert len(prefixes) == len(set(prefixes))
    claim = draft_claim("c1", diagnoses=["M54.2"], lines=[{"code": "97151"}])
    case = find_case(claim, claim.lines[0], find_rule(find_refusals(claim, [answer("50")])[0]))
    assert case == ReviewCase(
        ReviewKind.NECESSITY,
        "orthopedic_musculoskeletal",
        "neck_problem",
        "autism_related_treatment",
        "aba_applied_behavioral_analysis",
    )


def test_the_score_is_the_sum_of_the_terms() -> None:
    known = PRIOR.probability(ReviewCase(ReviewKind.NECESSITY, "mental"))
    assert known == pytest.approx(1 / (1 + math.exp(-(-0.2 + 0.5 + 0.25))))
    assert PRIOR.probability(ReviewCase(ReviewKind.URGENT, "never_seen")) == pytest.approx(1 / (1 + math.exp(0.2)))


@given(st.text("ab", max_size=2), st.text("ab", max_size=2), st.text("ab", max_size=2), st.text("ab", max_size=2))
def test_cases_with_the_same_terms_are_the_same(first: str, second: str, third: str, fourth: str) -> None:
    case = ReviewCase(ReviewKind.NECESSITY, first, second, third, fourth)
    turned = ReviewCase(ReviewKind.NECESSITY, second, first, fourth, third)
    assert (list(iter_terms(case)) == list(iter_terms(turned))) is (case == turned)
    assert case.without_details() == ReviewCase(ReviewKind.NECESSITY, first, "", third, "")


def test_a_prior_survives_its_folder_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    save_prior(tmp_path, PRIOR)
    write_manifest(tmp_path, name=NAME, version="1", data_hash="0" * 64)
    assert load_prior(tmp_path) == PRIOR
    (tmp_path / COEFFICIENTS).write_text("{}")
    with pytest.raises(ArtefactError):
        load_prior(tmp_path)


def test_a_coefficient_that_is_no_number_is_refused(tmp_path: Path) -> None:
    save_prior(tmp_path, OverturnPrior("1", 100, float("nan"), {}))
    write_manifest(tmp_path, name=NAME, version="1", data_hash="0" * 64)
    with pytest.raises(ArtefactError, match="no number"):
        load_prior(tmp_path)


def test_the_released_prior_knows_the_categories_of_the_tables() -> None:
    folder = RELEASED / NAME
    prior = load_prior(folder)
    for name, column in (("diagnosis", "review_diagnoses.tsv"), ("treatment", "review_treatments.tsv")):
        named = {f"{name}={row[name]}" for row in read_rows(column)}
        assert named <= prior.coefficients.keys()
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".json", ".md"]
    severe, mild = (
        prior.probability(ReviewCase(ReviewKind.NECESSITY, "mental", detail, "mental_health_treatment", "other"))
        for detail in ("depression_severe", "")
    )
    assert 0.1 < min(severe, mild) <= max(severe, mild) < 0.9


def test_own_outcomes_replace_the_prior_when_there_are_enough() -> None:
    claim = draft_claim("c1", diagnoses=["M54.50"], lines=[{"code": "72148"}])
    refusals = find_refusals(claim, [answer("50", line={"charge_cents": claim.charge_cents})])
    won = [AppealOutcome(NECESSITY, True)] * (ENOUGH - 10) + [AppealOutcome(NECESSITY, False)] * 10
    before, now = find_odds(claim, refusals, won[1:], PRIOR), find_odds(claim, refusals, won, PRIOR)
    assert before is not None
    assert now is not None
    assert (before.basis, now.basis) == (OddsBasis.REVIEW_PRIOR, OddsBasis.OWN_OUTCOMES)
    assert (now.overturned, now.cases) == (ENOUGH - 10, ENOUGH)
    assert now.low < now.probability < now.high
    other = [AppealOutcome(AUTHORIZATION, True)] * ENOUGH
    assert find_odds(claim, refusals, other, None) is None


def test_a_rate_leans_to_the_payers_other_appeals() -> None:
    own = [AppealOutcome(NECESSITY, True)] * ENOUGH
    alone = rate_outcomes(own, NECESSITY)
    beside = rate_outcomes([*own, *[AppealOutcome(AUTHORIZATION, False)] * ENOUGH], NECESSITY)
    assert alone is not None
    assert beside is not None
    assert (alone.rate, alone.overturned) == (1.0, ENOUGH)
    assert beside.rate == pytest.approx((ENOUGH + 10 * 0.5) / (ENOUGH + 10))


@given(st.lists(st.booleans(), min_size=ENOUGH, max_size=200))
def test_an_interval_holds_its_rate(ends: list[bool]) -> None:
    rate = rate_outcomes([AppealOutcome(NECESSITY, one) for one in ends], NECESSITY)
    assert rate is not None
    assert 0 <= rate.low <= rate.rate <= rate.high <= 1
    assert (rate.cases, rate.overturned) == (len(ends), sum(ends))


PAID = {"paid_cents": 10000, "adjustments": [{"group": "CO", "carc": "45", "amount_cents": 5000}]}
APPEALED = date(2026, 5, 10)
ENDS: list[tuple[str, list[Remittance], list[bool]]] = [
    ("not answered yet", [answer("50")], []),
    ("paid", [answer("50"), answer("50", day="2026-06-01", line=PAID)], [True]),
    ("kept", [answer("50"), answer("193", day="2026-06-01")], [False]),
    ("denied again", [answer("50"), answer("29", day="2026-06-01")], [False]),
    ("taken back, not answered yet", [answer("50"), answer("50", day="2026-06-01", status_code="22")], []),
    (
        "taken back and paid",
        [answer("50"), answer("50", day="2026-06-01", status_code="22"), answer("50", day="2026-06-01", line=PAID)],
        [True],
    ),
    ("paid before the appeal", [answer("50"), answer("50", day="2026-05-09", line=PAID)], []),
]


@pytest.mark.parametrize(("answers", "expected"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_how_an_appeal_ended(answers: list[Remittance], expected: list[bool]) -> None:
    found = list(judge_appeal(draft_claim("c1"), answers, APPEALED))
    assert [one.is_overturned for one in found] == expected
    assert {one.category for one in found} <= {NECESSITY}
