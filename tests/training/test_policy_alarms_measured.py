"""What the measurement of policy alarms plants, shuffles and times."""

from datetime import timedelta

import pandas as pd
import pytest

from data.synthetic.claim_world import build_world
from training.alarm_worlds import PLANTED_ON, choose_cells, find_changes, plant, read_world, shuffle_days
from training.policy_alarms import Looks, find_delay

CELL = ("demo-commercial", "99213")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return read_world(build_world(7, 800))


def test_shuffling_moves_days_within_a_payer_and_nothing_else(frame: pd.DataFrame) -> None:
    shuffled = shuffle_days(frame, 1)
    assert not shuffled["answered_on"].equals(frame["answered_on"])
    pd.testing.assert_frame_equal(shuffled.drop(columns="answered_on"), frame.drop(columns="answered_on"))
    for before, after in zip(
        *(each.drop_duplicates("claim_id").groupby("payer_id") for each in (frame, shuffled)), strict=True
    ):
        assert sorted(before[1]["answered_on"].dropna()) == sorted(after[1]["answered_on"].dropna())


def test_a_planted_rule_denies_its_cell_from_its_day_on(frame: pd.DataFrame) -> None:
    cell = choose_cells(frame, (0, None), 1)[0]
    planted = plant(frame, cell, 1)
    new = frame[planted["is_denied"] & ~frame["is_denied"]]
    assert set(zip(new["payer_id"], new["procedure"], strict=True)) <= {cell}
    assert (new["answered_on"] >= pd.Timestamp(PLANTED_ON)).all()


def test_a_change_is_felt_after_it_began(frame: pd.DataFrame) -> None:
    for change in find_changes(build_world(7, 800).payers, frame):
        assert change.felt_on > change.began_on
        assert change.denied > 0


@pytest.mark.parametrize(("weeks", "delay"), [([-1], None), ([3, 5], 3.0), ([-1, 27], None), ([26], 26.0)])
def test_a_delay_counts_from_the_first_denial(weeks: list[int], delay: float | None) -> None:
    looks = Looks(1, 1, 1, {CELL: [PLANTED_ON + timedelta(weeks=week) for week in weeks]})
    assert find_delay(CELL, PLANTED_ON, looks) == delay
