"""Alarms for payers that deny more than before: the test itself, and what it is shown."""

from datetime import date, timedelta
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.performance.alarms import AlarmRule, CellKind, compare_cells, report_alarms
from models.performance.lines import COLUMNS, to_frame

LAST = date(2026, 6, 28)
COUNTS = ("recent_claims", "past_claims", "recent_denied", "past_denied")


def cells_of(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COUNTS))


def tail(successes: int, trials: int, chance: float) -> float:
    return sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1))


@given(st.integers(1, 60), st.integers(1, 300), st.integers(0, 12), st.integers(0, 40))
def test_the_p_value_is_the_exact_tail(recent: int, past: int, recent_denied: int, past_denied: int) -> None:
    rule = AlarmRule(tolerated=1.3)
    tested = compare_cells(cells_of((recent, past, recent_denied, past_denied)), rule)
    chance = 1.3 * recent / (1.3 * recent + past)
    denied = recent_denied + past_denied
    assert len(tested) == (chance**denied <= rule.false_share)
    if len(tested):
        assert tested["p_value"].iloc[0] == pytest.approx(tail(recent_denied, denied, chance), rel=1e-9, abs=1e-300)


def test_few_cells_of_many_alarm_by_chance() -> None:
    """Two hundred clinics of three hundred cells whose rate stays: an alarm of any kind in at most one in twenty."""
    draw = np.random.default_rng(5)
    rule = AlarmRule(tolerated=1.0)
    rates = draw.uniform(0.02, 0.3, 300)
    alarmed = 0
    for _ in range(200):
        recent, past = draw.integers(5, 80, 300), draw.integers(40, 500, 300)
        counts = np.column_stack([recent, past, draw.binomial(recent, rates), draw.binomial(past, rates)])
        alarmed += bool(compare_cells(pd.DataFrame(counts, columns=list(COUNTS)), rule)["is_alarm"].any())
    assert alarmed <= 10


def answers(payer: str, code: str, per_week: int, denied_weeks: range) -> list[tuple[object, ...]]:
    """Thirty weeks that end on LAST; in `denied_weeks` every claim is denied, before it one in ten."""
    rows = []
    for week in range(30):
        for number in range(per_week):
            day = LAST - timedelta(days=7 * (29 - week) + number % 5)
            is_denied = week in denied_weeks or number == week % 10 == 0
            values = dict.fromkeys(COLUMNS) | {
                "claim_id": f"{payer}-{code}-{week}-{number}", "payer_id": payer, "provider": "n", "procedure": code,
                "first_frequency": "1", "frequency": "1", "replaces": "", "control_numbers": frozenset(),
                "is_resent": False, "is_by_unit": True, "units": 1, "line_number": 1, "sent_on": day,
                "service_date": day, "answered_on": day, "is_denied": is_denied, "carc": "197" if is_denied else "",
                "category": "authorization" if is_denied else "",
                **{name: 100 for name in COLUMNS if name.endswith("_cents")},
            }  # fmt: skip
            rows.append(tuple(values[name] for name in COLUMNS))
    return rows


def test_a_payer_that_begins_to_deny_a_procedure_is_told_and_its_neighbours_are_not() -> None:
    quiet = answers("P1", "99213", 6, range(0)) + answers("P2", "72148", 6, range(0))
    report = report_alarms(to_frame([*quiet, *answers("P1", "72148", 6, range(26, 30))]), LAST)
    assert {(one.payer_id, one.kind, one.key) for one in report.alarms} == {
        ("P1", CellKind.PROCEDURE, "72148"),
        ("P1", CellKind.CARC, "197"),
    }
    assert (report.recent_from, report.recent_to) == (date(2026, 6, 1), LAST)
    procedure = next(one for one in report.alarms if one.kind is CellKind.PROCEDURE)
    assert (procedure.recent_claims, procedure.recent_denied, procedure.denied_cents) == (24, 24, 2400)
    assert report_alarms(to_frame(quiet), LAST).alarms == ()


def test_a_rule_of_long_ago_is_the_past() -> None:
    assert report_alarms(to_frame(answers("P1", "72148", 6, range(30))), LAST).alarms == ()


def test_what_was_answered_later_is_not_known() -> None:
    frame = to_frame(answers("P1", "72148", 6, range(26, 30)))
    report = report_alarms(frame, LAST - timedelta(days=35))
    assert report.recent_to is not None
    assert report.recent_to <= LAST - timedelta(days=35)
    assert report.alarms == ()


def test_no_answers_no_cells() -> None:
    assert report_alarms(to_frame(()), LAST).cells == 0
