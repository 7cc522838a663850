"""MS-DRGs: textbook stays, what a secondary diagnosis changes, and the answers where there is no group."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import Icd10Cm, Icd10Pcs
from data.notes import Sex
from data.stays import GroupingError, GroupKind, Level, Stay
from models.grouping.drgpy_grouper import DrgpyGrouper
from models.grouping.grouper import Grouper, explain_group

DAY = date(2026, 3, 14)

# Stays of FY2026 (v43) as textbooks of MS-DRGs tell them: principal, secondary, procedures, group.
TEXTBOOK = [
    ("M17.11", "", "0SRC0J9", "470"),
    ("M17.11", "I21.4", "0SRC0J9", "469"),
    ("S72.001A", "", "0SR90J9", "522"),
    ("S72.001A", "I21.4", "0SR90J9", "521"),
    ("S72.141A", "N39.0", "0QS636Z", "481"),
    ("A41.9", "", "", "872"),
    ("A41.9", "J96.01", "", "871"),
    ("A41.9", "J96.01", "5A1955Z", "870"),
    ("I50.23", "J96.01", "", "291"),
    ("J18.9", "", "", "195"),
    ("J18.9", "N39.0", "", "194"),
    ("J18.9", "J96.01", "", "193"),
    ("J96.01", "", "", "189"),
    ("J96.01", "", "5A1955Z", "207"),
    ("J44.1", "", "", "192"),
    ("I21.4", "I50.21", "027034Z", "321"),
    ("I21.4", "", "027034Z", "322"),
    ("I25.10", "", "027037Z", "321"),
    ("I25.10", "", "02703ZZ", "251"),
    ("I25.10", "", "02100Z9 021109W", "236"),
    ("I25.10", "", "02100Z9 021109W 4A023N7", "234"),
    ("I44.2", "", "0JH606Z 02H63JZ 02HK3JZ", "244"),
    ("C18.7", "J18.9", "0DTN0ZZ", "329"),
    ("C18.7", "N39.0", "0DTN0ZZ", "330"),
    ("K57.30", "", "0DTN0ZZ", "331"),
    ("K35.80", "", "0DTJ4ZZ", "399"),
    ("K35.32", "J18.9", "0DTJ4ZZ", "397"),
    ("K80.00", "", "0FT44ZZ", "419"),
    ("K80.00", "J18.9", "0FT44ZZ", "417"),
    ("O34.211", "Z37.0", "10D00Z1", "788"),
    ("O70.1", "Z37.0", "10E0XZZ", "807"),
    ("Z38.00", "", "", "795"),
    ("I63.9", "", "", "066"),
    ("I63.9", "G81.91", "", "065"),
    ("K52.9", "", "", "392"),
    ("K92.2", "", "", "379"),
    ("N39.0", "", "", "690"),
    ("E11.65", "N39.0", "", "638"),
    ("N17.9", "", "", "684"),
    ("R07.89", "", "", "313"),
    ("J95.821", "", "0B110F4 5A1955Z", "004"),
    ("M17.11", "", "0DTJ4ZZ", "983"),
]


def stay(principal: str, secondary: str = "", procedures: str = "", *, sex: Sex = Sex.FEMALE, **more: object) -> Stay:
    return Stay(
        principal=Icd10Cm.parse(principal),
        secondary=tuple(map(Icd10Cm.parse, secondary.split())),
        procedures=tuple(map(Icd10Pcs, procedures.split())),
        **{"discharged_on": DAY, "sex": sex, **more},  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def grouper() -> Grouper:
    return DrgpyGrouper()


@pytest.fixture(scope="module")
def earlier() -> Grouper:
    """Of its own, since a grouper holds two versions."""
    return DrgpyGrouper()


@pytest.mark.parametrize(("principal", "secondary", "procedures", "drg"), TEXTBOOK)
def test_textbook_stays(grouper: Grouper, principal: str, secondary: str, procedures: str, drg: str) -> None:
    (group,) = grouper.group([stay(principal, secondary, procedures)])
    assert group.drg == drg


# The groups that FY2024 (v41) renumbered: appendectomies and stents.
@pytest.mark.parametrize(
    ("principal", "procedure", "day", "drg"),
    [
        ("K35.80", "0DTJ4ZZ", date(2023, 9, 30), "343"),
        ("K35.80", "0DTJ4ZZ", date(2023, 10, 1), "399"),
        ("I21.4", "027034Z", date(2023, 9, 30), "247"),
        ("I21.4", "027034Z", date(2023, 10, 1), "322"),
    ],
)
def test_the_day_of_discharge_decides_the_version(
    earlier: Grouper, principal: str, procedure: str, day: date, drg: str
) -> None:
    (group,) = earlier.group([stay(principal, "", procedure, discharged_on=day)])
    assert group.drg == drg


def test_each_secondary_diagnosis_is_told_with_what_it_changes(grouper: Grouper) -> None:
    grouping = explain_group(grouper, stay("I50.23", "J96.01 N17.9 I10"))
    assert (grouping.version, grouping.group.drg, grouping.group.kind) == (
        "MS-DRG v43 (FY2026)",
        "291",
        GroupKind.MEDICAL,
    )
    told = [(str(one.code), one.level, one.drg_without, one.changes_group) for one in grouping.secondary]
    assert told == [
        ("J96.01", Level.MCC, "292", True),
        ("N17.9", Level.CC, "291", False),
        ("I10", Level.NONE, "291", False),
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (stay("J96.00", "J96.01"), "J96.01"),
        (stay("I21.4", "I46.9", discharge_status="20"), "I46.9"),
    ],
    ids=["beside its principal diagnosis", "after a death"],
)
def test_an_excluded_complication_changes_nothing(grouper: Grouper, asked: Stay, code: str) -> None:
    (one,) = explain_group(grouper, asked).secondary
    assert (str(one.code), one.level, one.is_excluded, one.changes_group) == (code, Level.MCC, True, False)


def test_a_complication_counts_while_the_patient_lives(grouper: Grouper) -> None:
    (one,) = explain_group(grouper, stay("I21.4", "I46.9")).secondary
    assert (one.is_excluded, one.changes_group) == (False, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (stay("V89.2XXA"), "V89.2XXA can't be the principal diagnosis of a stay"),
        (stay("O80"), "O80 is invalid as the principal diagnosis of a discharge"),
        (stay("N40.0", sex=Sex.UNKNOWN), "the group depends on the patient's sex, which is not known"),
        (stay("I10", discharged_on=date(2018, 9, 30)), "covers discharges from 2018-10-01 to .*, not 2018-09-30"),
        (stay("I10", discharged_on=date(2035, 10, 1)), "covers discharges from 2018-10-01 to .*, not 2035-10-01"),
    ],
)
def test_a_stay_without_a_group_is_told_why(grouper: Grouper, asked: Stay, told: str) -> None:
    with pytest.raises(GroupingError, match=told):
        explain_group(grouper, asked)


def test_sex_may_stay_unknown_where_it_decides_nothing(grouper: Grouper) -> None:
    (group,) = grouper.group([stay("J18.9", sex=Sex.UNKNOWN)])
    assert group.drg == "195"


SECONDARY = st.lists(
    st.sampled_from("J96.01 N17.9 I10 E11.9 N39.0 Z79.4 I50.21 G81.91".split()), unique=True, max_size=5
)


@given(secondary=SECONDARY, data=st.data())
def test_the_order_of_secondary_diagnoses_changes_nothing(
    grouper: Grouper, secondary: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(secondary))
    one, other = (explain_group(grouper, stay("A41.9", " ".join(codes))) for codes in (secondary, shuffled))
    assert one.group == other.group
    assert {item.code: item for item in one.secondary} == {item.code: item for item in other.secondary}


@given(secondary=SECONDARY)
def test_a_diagnosis_below_cc_changes_no_group_of_sepsis(grouper: Grouper, secondary: list[str]) -> None:
    effects = explain_group(grouper, stay("A41.9", " ".join(secondary))).secondary
    assert not any(one.changes_group for one in effects if one.level is Level.NONE or one.is_excluded)
