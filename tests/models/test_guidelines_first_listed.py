"""Which diagnosis is first, and which of two for one condition stays: a case that fires and a near miss each."""

import pytest

from data.notes import Profile, Setting


@pytest.mark.parametrize(
    ("note", "setting", "first"),
    [
        ("A/P: {hyponatremia|E87.1}. {pneumonia|J18.9}.", Setting.INPATIENT, "J18.9"),
        ("A/P: {hyponatremia|E87.1}. {hypertension|I10}.", Setting.INPATIENT, "E87.1"),
        ("A/P: {hyponatremia|E87.1}. {pneumonia|J18.9}.", Setting.OFFICE, "E87.1"),
        ("A/P: {OSA|G47.33}. {large tonsils|J35.3}.", Setting.ASC, "J35.3"),
        ("A/P: {OSA|G47.33}. {large tonsils|J35.3}.", Setting.OFFICE, "G47.33"),
        ("A/P: {bruised scalp|S00.03XA}. {concussion|S06.0X0A}.", Setting.OFFICE, "S06.0X0A"),
        ("A/P: {homeless|Z59.00}. {asthma|J45.909}.", Setting.OFFICE, "J45.909"),
        ("A/P: {toe amputated|Z89.422}. {asthma|J45.909}.", Setting.OFFICE, "J45.909"),
        ("A/P: {flu contact|Z20.828}. {asthma|J45.909}.", Setting.OFFICE, "Z20.828"),
        ("A/P: {depression|F33.2}. {poisoning|T39.1X2A}.", Setting.ED, "T39.1X2A"),
        ("A/P: {hives|L50.0}. {adverse effect|T39.1X5A}.", Setting.ED, "L50.0"),
    ],
)
def test_what_can_hardly_be_the_reason_gives_way(note: str, setting: Setting, first: str, code_chart):
    profile = Profile.INPATIENT if setting is Setting.INPATIENT else Profile.OUTPATIENT
    outcome = code_chart(note, profile=profile, setting=setting)
    assert outcome.drafts[0].code.dotted == first


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("A/P: {varices|I85.01} in {cirrhosis|I85.11}.", {"I85.11"}),
        ("A/P: {varices|I85.01} in {cirrhosis|I85.11=0.1}.", {"I85.01", "I85.11"}),
        ("A/P: {asthma|J45.30}, {exacerbation|J45.31}.", {"J45.31"}),
        ("A/P: {asthma|J45.30}, {exacerbation|J44.1}.", {"J45.30", "J44.1"}),
        ("A/P: {sickle cell|D57.1} with {crisis|D57.00}.", {"D57.00"}),
        ("A/P: {appendicitis|K37}, {acute|K35.80}.", {"K35.80"}),
        ("A/P: {appendicitis|K37}, {stone|N20.0}.", {"K37", "N20.0"}),
        ("A/P: {low sugar|E10.641}, {no coma|E10.649}.", {"E10.649"}),
    ],
)
def test_the_more_specific_of_two_stays(note: str, codes: set[str], code_chart):
    assert {draft.code.dotted for draft in code_chart(note).drafts} == codes
