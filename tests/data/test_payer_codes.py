"""Our tables of modifiers, places and reason codes against the published lists."""

import csv
from pathlib import Path

import pytest

from data.carcs import categorize_carc, is_denying, load_carcs
from data.modifiers import ModifierRole, load_modifiers, modifiers_in
from data.places import load_places
from data.remittances import Adjustment
from data.reviews import ReasonCategory


def _column(path: Path, name: str, **where: str) -> set[str]:
    with path.open(encoding="utf-8") as stream:
        return {row[name] for row in csv.DictReader(stream) if all(row[key] == value for key, value in where.items())}


def test_every_published_modifier_is_known(shared_data: Path) -> None:
    published = _column(shared_data / "claims/cms_edits/modifier_codes_NODESCRIPTOR.csv", "mod_code")
    published |= _column(shared_data / "codesets/pos_modifiers/hcpcs_level2_modifiers_2024_northstar.csv", "modifier")
    assert published <= set(load_modifiers())


def test_every_assigned_place_is_known(shared_data: Path) -> None:
    with (shared_data / "codesets/pos_modifiers/pos_codes.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if "nassigned" not in row["pos_name"]]
    places = load_places()
    assert {row["pos_code"] for row in rows} == set(places)
    assert all(places[row["pos_code"]].is_facility == (row["pos_type"] == "Facility") for row in rows)


def test_every_reason_code_is_a_published_one(shared_data: Path) -> None:
    published = _column(shared_data / "claims/cms_edits/carc_rarc_codes_dates_NOTEXT.csv", "adj_code", adj_type="CARC")
    active = _column(
        shared_data / "claims/cms_edits/carc_rarc_codes_dates_NOTEXT.csv", "adj_code", adj_type="CARC", adj_end_date=""
    )
    assert set(load_carcs()) <= published
    assert {code for code in active - set(load_carcs()) if not code.startswith("P")} == set()


def test_every_category_has_a_reason_code_and_every_code_words() -> None:
    assert {carc.category for carc in load_carcs().values()} == set(ReasonCategory)
    assert all(carc.words and len(carc.words) < 70 for carc in load_carcs().values())


def test_separating_modifiers() -> None:
    assert modifiers_in(ModifierRole.SEPARATE_PROCEDURE) == {"59", "XE", "XP", "XS", "XU"}
    assert modifiers_in(ModifierRole.SEPARATE_EVALUATION) == {"24", "25", "57"}


@pytest.mark.parametrize(
    ("group", "carc", "amount", "denies"),
    [
        ("CO", "97", 100, True),
        ("CO", "45", 100, False),
        ("CO", "253", 100, False),
        ("CO", "237", 100, False),
        ("OA", "23", 100, False),
        ("OA", "94", 100, False),
        ("OA", "18", 100, True),
        ("PI", "252", 100, True),
        ("PR", "1", 100, False),
        ("PR", "2", 100, False),
        ("PR", "3", 100, False),
        ("PR", "96", 100, True),
        ("PR", "27", 100, True),
        ("PR", "97", 100, False),
        ("CR", "97", 100, False),
        ("CO", "97", -100, False),
        ("CO", "97", 0, False),
        ("CO", "999", 100, True),
        ("PR", "999", 100, False),
    ],
)
def test_which_adjustments_deny(group: str, carc: str, amount: int, denies: bool) -> None:
    adjustment = Adjustment.model_validate({"group": group, "carc": carc, "amount_cents": amount})
    assert is_denying(adjustment) == denies


def test_an_unknown_code_is_other() -> None:
    assert categorize_carc("999") is ReasonCategory.OTHER
    assert categorize_carc("29") is ReasonCategory.TIMELY_FILING
