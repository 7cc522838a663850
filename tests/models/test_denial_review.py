"""Reviews by the released model: what holds a claim, what would fix it, and that bulk and single are one path."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.claim_history import ClaimHistory
from data.code_library import CodeLibrary
from data.home import Home
from data.reviews import ClaimReview, Disposition, Needs, Severity
from data.synthetic.claim_world import build_world
from data.synthetic.demo_claims import demo_claims, draft_claim
from data.synthetic.demo_rules import record_demo_rules
from data.synthetic.demo_tables import save_demo_tables
from models.denial.artefact import load_artefact
from models.denial.bulk import review_in_bulk, useful_workers
from models.denial.edits.references import load_edit_references
from models.denial.operating_points import OperatingPoint
from models.denial.patch import patch_claim
from models.denial.review import Reviewer, load_reviewer
from models.denial.risk import RiskModel
from models.registry import ModelRegistry

CLAIMS = {claim.claim_id.removeprefix("demo-"): claim for claim in demo_claims()}


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("demo"))
    save_demo_tables(home)
    record_demo_rules(home)
    return home


@pytest.fixture(scope="module")
def reviewer(demo_home: Home, library: CodeLibrary) -> Reviewer:
    return load_reviewer(demo_home, library)


@pytest.fixture(scope="module")
def reviews(reviewer: Reviewer) -> dict[str, ClaimReview]:
    return {review.claim_id.removeprefix("demo-"): review for review in reviewer.review(demo_claims())}


def serious(review: ClaimReview) -> set[str]:
    return {edit.rule_id for edit in review.edits if edit.severity in (Severity.REJECT, Severity.DENY)}


@pytest.mark.parametrize("name", [name for name in CLAIMS if name.startswith("clean-")])
def test_clean_claims_are_released(name: str, reviews: dict[str, ClaimReview]) -> None:
    assert serious(reviews[name]) == set()
    assert reviews[name].disposition is Disposition.RELEASE


# Claim, its serious findings, the reason that leads on its riskiest line, who can fix it.
HELD: list[tuple[str, set[str], str, Needs | None]] = [
    ("missing-modifier-25", {"em.separate_service"}, "bundling", Needs.CODER),
    ("unbundled-colonoscopy", {"ncci.ptp"}, "bundling", Needs.CODER),
    ("add-on-alone", {"addon.primary"}, "bundling", Needs.CODER),
    ("duplicate-line", {"claim.duplicate_line"}, "duplicate", Needs.BILLER),
    ("minutes-as-units", {"units.mue"}, "units", Needs.DOCUMENTATION),
    ("pointer-beyond", {"claim.pointer_range"}, "claim_data", Needs.BILLER),
    ("retired-diagnosis", {"icd10cm.billable"}, "coding", Needs.CODER),
    ("manifestation-first", {"icd10cm.manifestation_first"}, "coding", Needs.CODER),
    ("wrong-age-group", {"age.preventive_visit"}, "coding", Needs.CODER),
    ("new-or-established", {"status.new_patient"}, "coding", Needs.CODER),
    ("no-authorization", set(), "authorization", Needs.PAYER),
    ("telehealth-without-modifier", {"payer.telehealth_modifier"}, "coding", Needs.CODER),
    ("filed-late", set(), "timely_filing", None),
]


@pytest.mark.parametrize(("name", "findings", "reason", "needs"), HELD)
def test_a_claim_with_a_slip_is_held_and_says_why(
    name: str, findings: set[str], reason: str, needs: Needs | None, reviews: dict[str, ClaimReview]
) -> None:
    review = reviews[name]
    assert review.disposition is Disposition.HOLD
    assert serious(review) == findings
    riskiest = max(review.risk.lines, key=lambda line: line.probability)
    assert riskiest.reasons[0].category == reason
    assert riskiest.reasons[0].carcs
    assert review.risk.factors
    assert (review.fixes[0].needs if review.fixes else None) is needs


@pytest.mark.parametrize("name", [name for name, _, _, needs in HELD if needs is not None])
def test_a_fixed_claim_gets_the_probability_that_was_promised(
    name: str, reviewer: Reviewer, reviews: dict[str, ClaimReview]
) -> None:
    fix = reviews[name].fixes[0]
    assert fix.probability_after < reviews[name].risk.probability
    (after,) = reviewer.review([patch_claim(CLAIMS[name], fix.change)])
    assert after.risk.probability == fix.probability_after
    assert serious(after) < serious(reviews[name]) or not serious(reviews[name])


def test_a_warning_alone_holds_nothing(reviews: dict[str, ClaimReview]) -> None:
    review = reviews["diabetes-of-two-types"]
    assert "icd10cm.excludes1" in {edit.rule_id for edit in review.edits if edit.severity is Severity.WARN}
    assert review.disposition is Disposition.RELEASE


def test_missing_tables_alone_hold_nothing(home: Home, library: CodeLibrary) -> None:
    (review,) = load_reviewer(home, library).review([CLAIMS["clean-visit"]])
    assert {edit.severity for edit in review.edits} == {Severity.UNCHECKED}
    assert review.disposition is Disposition.RELEASE


def test_a_day_without_code_set_holds(reviewer: Reviewer) -> None:
    claim = draft_claim(
        "c1", service_date=CLAIMS["clean-visit"].prepared_on.replace(year=2019), prepared_on="2019-04-01"
    )
    (review,) = reviewer.review([claim])
    assert review.disposition is Disposition.HOLD


class _Damaged:
    """Stands for a table whose file broke."""

    dated = (None,)

    def on(self, _: date) -> Any:
        raise RuntimeError("a secret of the patient")


def test_a_crash_of_a_rule_holds(demo_home: Home, library: CodeLibrary) -> None:
    damaged: Any = _Damaged()
    broken = replace(load_edit_references(demo_home, library), coverage=damaged)
    _, artefact = load_artefact(ModelRegistry(demo_home).champion("denial"))
    (review,) = Reviewer("v1", RiskModel(artefact), broken).review([CLAIMS["clean-visit"]])
    assert review.disposition is Disposition.HOLD
    assert "secret" not in review.model_dump_json()


def test_bulk_answers_as_single(reviewer: Reviewer) -> None:
    claims = [one.claim for one in build_world(seed=2, size=120).claims] + demo_claims()
    together = reviewer.review(claims)
    alone = [review for claim in claims for review in reviewer.review([claim])]
    backwards = reviewer.review(claims[::-1])[::-1]
    assert together == alone == backwards
    assert [review.claim_id for review in together] == [claim.claim_id for claim in claims]


@pytest.mark.parametrize("size", [1, 7, 500])
def test_bulk_writes_the_bytes_of_single(reviewer: Reviewer, size: int) -> None:
    claims = [one.claim for one in build_world(seed=5, size=60).claims] + demo_claims()
    parts = [claims[start : start + size] for start in range(0, len(claims), size)]
    in_parts = [review.model_dump_json() for part in parts for review in reviewer.review(part)]
    assert in_parts == [reviewer.review([claim])[0].model_dump_json() for claim in claims]


def test_a_known_past_is_checked(reviewer: Reviewer) -> None:
    seen = draft_claim("before", patient={"patient_id": "p"}, service_date=date(2026, 3, 2))
    new = draft_claim("now", patient={"patient_id": "p", "status": "new"}, lines=[{"code": "99203"}])
    (told,), (silent,) = reviewer.review([new], ClaimHistory.of([seen])), reviewer.review([new])
    assert "history.new_patient" in serious(told)
    assert serious(silent) == set()


def test_nothing_in_nothing_out(reviewer: Reviewer) -> None:
    assert reviewer.review([]) == []


def test_answers_are_coherent(reviewer: Reviewer) -> None:
    claims = [one.claim for one in build_world(seed=4, size=300).claims]
    for claim, review in zip(claims, reviewer.review(claims), strict=True):
        lines = [line.probability for line in review.risk.lines]
        assert [line.line_number for line in review.risk.lines] == [line.line_number for line in claim.lines]
        assert max(lines) <= review.risk.probability + 1e-4
        assert 0 <= review.risk.expected_loss_cents <= claim.charge_cents
        for line in review.risk.lines:
            assert sum(reason.probability for reason in line.reasons) <= line.probability + 1e-3
            assert list(line.reasons) == sorted(line.reasons, key=lambda reason: -reason.probability)
        assert list(review.fixes) == sorted(review.fixes, key=lambda fix: fix.probability_after)


def test_a_payer_without_history_has_low_support(reviewer: Reviewer) -> None:
    known, unknown = reviewer.review(
        [CLAIMS["clean-visit"], draft_claim("c1", payer={"payer_id": "never-seen", "kind": "commercial"})]
    )
    assert known.risk.support.similar_claims >= 200
    assert not known.risk.support.is_low
    assert (unknown.risk.support.similar_claims, unknown.risk.support.is_low) == (0, True)


def test_operating_points_hold_more_or_fewer(demo_home: Home, library: CodeLibrary) -> None:
    claims = [one.claim for one in build_world(seed=6, size=400).claims if one.claim.lines[0].service_date.year == 2026]
    held = {
        point: sum(
            review.disposition is Disposition.HOLD for review in load_reviewer(demo_home, library, point).review(claims)
        )
        for point in OperatingPoint
    }
    assert held[OperatingPoint.HIGH_RECALL] > held[OperatingPoint.BALANCED] >= held[OperatingPoint.HIGH_PRECISION]


def test_the_released_model_is_synthetic_and_small(demo_home: Home) -> None:
    folder = ModelRegistry(demo_home).default("denial")
    manifest, artefact = load_artefact(folder)
    assert artefact.settings.is_synthetic
    assert manifest.metrics["real_claims"] == 0
    assert 0.7 < manifest.metrics["auroc"] < min(0.9, manifest.metrics["oracle_auroc"] + 0.01)
    assert "Synthetic" in (folder / "model_card.md").read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000


@pytest.mark.parametrize("workers", [1, 2])
def test_worker_processes_answer_as_one(workers: int, demo_home: Home, reviewer: Reviewer) -> None:
    claims = [one.claim for one in build_world(seed=7, size=20).claims]
    once = [review.model_dump_json() for review in reviewer.review(claims)]
    texts = [claim.model_dump_json() for claim in claims]
    answers = list(review_in_bulk(demo_home, texts * 30, workers=workers))
    assert [answer.text for answer in answers] == once * 30
    assert not any(answer.problem for answer in answers)


def test_few_claims_need_no_workers() -> None:
    assert useful_workers(0) == useful_workers(500) == 1
    assert useful_workers(10**9) >= 1
