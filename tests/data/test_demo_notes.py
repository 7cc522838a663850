"""The demo's encounters: varied, dated in March 2026, and readable without the repository around them."""

from datetime import date

from data.notes import Encounter, Setting
from data.synthetic.demo_notes import demo_encounters


def test_encounters_are_unique_and_in_order_of_date():
    encounters = demo_encounters()
    assert 8 <= len(encounters) <= 12
    assert len({encounter.encounter_id for encounter in encounters}) == len(encounters)
    days = [encounter.date_of_service for encounter in encounters]
    assert days == sorted(days)
    assert all(date(2026, 3, 1) <= day <= date(2026, 3, 31) for day in days)


def test_settings_vary():
    settings = {encounter.setting for encounter in demo_encounters()}
    assert settings >= {Setting.OFFICE, Setting.ED, Setting.INPATIENT, Setting.TELEHEALTH, Setting.ASC}


def test_encounters_survive_the_wire():
    for encounter in demo_encounters():
        assert Encounter.model_validate_json(encounter.model_dump_json()) == encounter


def test_a_caller_may_change_its_list():
    demo_encounters().clear()
    assert demo_encounters()
