"""Rows know the past only, and are the same whether a model is trained or serves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from data.claims import Claim
from data.code_library import CodeLibrary
from data.first_answers import LineLabel
from data.notes import Sex
from data.reviews import Edit, ReasonCategory
from data.synthetic.claim_world import build_world
from models.denial.aspects import SEVERAL_ASPECTS, SINGLE_ASPECTS
from models.denial.factors import explain
from models.denial.features import FEATURES, extract_features
from models.denial.keys import line_keys
from models.denial.services import ServiceBook
from training.denial_history import check_in_world
from training.denial_labels import LabelledClaim, label_claims
from training.denial_rows import NOT_DENIED, Check, Replay, build_rows


@pytest.fixture(scope="module")
def labelled() -> list[LabelledClaim]:
    world = build_world(seed=3, size=900)
    return label_claims([one.claim for one in world.claims], [a for one in world.claims for a in one.remittances])


@pytest.fixture(scope="module")
def check(library: CodeLibrary) -> Check:
    edits: dict[str, Sequence[Edit]] = {}
    find = check_in_world(library, 4)

    def check_once(claim: Claim) -> Sequence[Edit]:
        if claim.claim_id not in edits:
            edits[claim.claim_id] = find(claim)
        return edits[claim.claim_id]

    return check_once


def _flip(label: LineLabel) -> LineLabel:
    if label.is_denied:
        return LineLabel(label.line_number, is_denied=False)
    return LineLabel(label.line_number, is_denied=True, category=ReasonCategory.AUTHORIZATION, carc="197")


def _change_future(labelled: Sequence[LabelledClaim], cut: date) -> list[LabelledClaim]:
    """From the cut on, every answer says the opposite, and later claims are other claims."""
    changed = []
    for one in labelled:
        claim, known_on, lines = one.claim, one.known_on, one.lines
        if known_on >= cut:
            known_on, lines = known_on + timedelta(days=1), tuple(map(_flip, lines))
        if claim.prepared_on > cut:
            claim = claim.model_copy(update={"prior_authorization": "other"})
        changed.append(LabelledClaim(claim, known_on, lines))
    return changed


def test_the_future_moves_no_row(labelled: list[LabelledClaim], check: Check) -> None:
    cut = labelled[len(labelled) // 2].claim.prepared_on
    past = [number for number, one in enumerate(labelled) if one.claim.prepared_on <= cut]
    as_it_was = build_rows(labelled, check, Replay()).features
    otherwise = build_rows(_change_future(labelled, cut), check, Replay()).features
    rows = sum(len(labelled[number].lines) for number in past)
    assert rows > 500
    np.testing.assert_array_equal(as_it_was[:rows], otherwise[:rows])
    assert not np.array_equal(as_it_was[rows:], otherwise[rows:])


def test_answers_of_the_same_day_are_not_known(labelled: list[LabelledClaim], check: Check) -> None:
    """A claim prepared on the day of an answer was judged before it."""
    first = labelled[0]
    same_day = replace(labelled[1], claim=first.claim.model_copy(update={"prepared_on": first.known_on}))
    next_day = replace(
        labelled[1], claim=first.claim.model_copy(update={"prepared_on": first.known_on + timedelta(days=1)})
    )
    answers = FEATURES.index("payer_procedure_answers")
    for later, known in ((same_day, 0.0), (next_day, np.log(2.0))):
        rows = list(Replay().run([first, later], check))
        assert rows[1][0, answers] == pytest.approx(known)


def test_serving_computes_what_training_saw(labelled: list[LabelledClaim], check: Check) -> None:
    """Books filled up to a day give the row that the replay gave on that day."""
    cut = labelled[-1].claim.prepared_on
    earlier = [one for one in labelled if one.claim.prepared_on < cut and one.known_on < cut]
    last = replace(labelled[-1], claim=labelled[-1].claim)
    replay = Replay()
    build_rows(earlier, check, replay)
    served = extract_features([last.claim], [check(last.claim)], replay.books, [last.claim.prepared_on])
    rows = list(Replay().run([*earlier, last], check))
    np.testing.assert_array_equal(served, rows[-1])


def test_rows_have_labels_owners_and_names(labelled: list[LabelledClaim], check: Check) -> None:
    rows = build_rows(labelled, check, Replay())
    assert len(set(FEATURES)) == len(FEATURES) == rows.features.shape[1]
    assert len(rows.is_denied) == sum(len(one.lines) for one in labelled)
    np.testing.assert_array_equal(rows.category == NOT_DENIED, ~rows.is_denied)
    may_be_missing = [FEATURES.index(name) for name in ("charge_over_expected", "days_since_service")]
    assert np.isfinite(np.delete(rows.features, may_be_missing, axis=1)).all()
    denied_claims = {int(number) for number in rows.claim[rows.is_denied]}
    assert denied_claims == {number for number, one in enumerate(labelled) if one.is_denied}


def test_between_chooses_by_the_day_of_preparation(labelled: list[LabelledClaim], check: Check) -> None:
    rows = build_rows(labelled, check, Replay())
    first, after = date(2025, 1, 1), date(2025, 3, 1)
    chosen = {rows.claims[number].claim.prepared_on for number in rows.claim[rows.between(first, after)]}
    assert min(chosen) >= first
    assert max(chosen) < after


@pytest.mark.parametrize(("age_years", "sex"), [(3, Sex.UNKNOWN), (88, Sex.FEMALE), (None, Sex.MALE)])
def test_age_and_sex_are_no_features(
    age_years: int | None, sex: Sex, labelled: list[LabelledClaim], check: Check
) -> None:
    replay = Replay()
    build_rows(labelled, check, replay)
    for one in labelled[:50]:
        other = one.claim.patient.model_copy(update={"age_years": age_years, "sex": sex})
        changed = one.claim.model_copy(update={"patient": other})
        edits = check(one.claim)
        np.testing.assert_array_equal(
            extract_features([one.claim], [edits], replay.books, [one.claim.prepared_on]),
            extract_features([changed], [edits], replay.books, [one.claim.prepared_on]),
        )


def test_every_line_has_its_keys_and_all_differ(labelled: list[LabelledClaim], check: Check) -> None:
    for one in labelled[:100]:
        for keys in line_keys(one.claim, check(one.claim), ServiceBook()):
            counted = [key for of in keys.of_aspects() for key in (of.own, of.shared)]
            single = (*keys.of_any_cause(), *counted, keys.patient)
            assert len(set(single)) == len(single)
            assert tuple(of.aspect for of in keys.aspects) == SINGLE_ASPECTS
            assert set(keys.several) == set(SEVERAL_ASPECTS)


def test_every_feature_is_explained_by_a_field(labelled: list[LabelledClaim]) -> None:
    claim = labelled[0].claim
    document = claim.model_dump(mode="json")
    for number in range(len(FEATURES)):
        contributions = np.zeros(len(FEATURES))
        contributions[number] = 1.0
        (factor,) = explain(claim, 0, contributions)
        assert factor.contribution == 1.0
        assert factor.label
        assert factor.field.removeprefix("/").split("/")[0] in document
