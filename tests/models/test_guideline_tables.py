"""The tables of the guideline rules hold only codes that exist, patterns that compile and rules that are cited."""

import re
from bisect import bisect_left
from pathlib import Path

import pytest

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.reference.rows import read_rows
from models.coding.guidelines.tables import Codes, cite, compile_pattern, rows

_TARGETS = [
    ("personal_history", "becomes"),
    ("family_history", "becomes"),
    ("long_term_drugs", "code"),
    ("stated_details", "becomes"),
    ("stated_behavior", "becomes"),
    ("visit_reasons", "code"),
    ("drug_induced", "code"),
    ("joined", "becomes"),
    ("obstetric_facts", "code"),
    ("stroke_sequelae", "becomes"),
    ("treated_values", "code"),
]
_RANGES = [
    ("personal_history", "codes"),
    ("family_history", "codes"),
    ("lasting_conditions", "codes"),
    ("confirmed_only", "codes"),
    ("drug_induced", "replaces"),
    ("maternal", "conditions"),
    ("joined", "first"),
    ("joined", "second"),
    ("integral_symptoms", "symptoms"),
    ("integral_symptoms", "diseases"),
    ("combinations", "with"),
    ("osteoporotic_sites", "codes"),
    ("more_specific", "codes"),
    ("more_specific", "by"),
    ("long_term_drugs", "conditions"),
    ("stated_details", "codes"),
    ("stated_behavior", "codes"),
    ("missing_facts", "codes"),
    ("missing_facts", "would_change"),
    ("sequence", "codes"),
    ("stroke_sequelae", "codes"),
    ("substances", "category"),
]
_PATTERNS = [
    ("long_term_drugs", "drugs"),
    ("stated_details", "pattern"),
    ("stated_behavior", "pattern"),
    ("drug_induced", "pattern"),
    ("visit_reasons", "pattern"),
    ("vaccines_given", "pattern"),
    ("obstetric_facts", "pattern"),
    ("stroke_sequelae", "pattern"),
    ("substances", "pattern"),
    ("treated_values", "name"),
    ("treated_values", "treatment"),
]


@pytest.mark.parametrize(("table", "column"), _TARGETS)
def test_what_a_rule_gives_is_billable(table: str, column: str, icd10cm: CodeSet):
    wrong = [row[column] for row in rows(table) if not icd10cm.is_billable(Icd10Cm.parse(row[column]).compact)]
    assert wrong == []


@pytest.mark.parametrize(("table", "column"), _RANGES)
def test_every_range_holds_a_code(table: str, column: str, icd10cm: CodeSet):
    known = sorted(icd10cm.codes)
    for row in rows(table):
        for part in row[column].split():
            codes = Codes.parse(part)
            start = bisect_left(known, codes.ranges[0].first)
            assert start < len(known), part
            assert Icd10Cm(known[start]) in codes, part


def test_every_combination_exists_for_each_diabetes(icd10cm: CodeSet):
    for category in ("E08", "E09", "E10", "E11", "E13"):
        assert [
            row["becomes"] for row in rows("combinations") if not icd10cm.is_billable(category + row["becomes"])
        ] == []


@pytest.mark.parametrize(("table", "column"), _PATTERNS)
def test_patterns_match_words_and_never_nothing(table: str, column: str):
    for row in rows(table):
        pattern = compile_pattern(row[column])
        assert not pattern.search("")
        assert not pattern.search("xqz")


@pytest.mark.parametrize("table", ["personal_history", "long_term_drugs", "visit_reasons", "sequence"])
def test_rules_that_tables_name_are_described(table: str):
    for row in rows(table):
        assert cite(row["rule_id"]).source


def test_rules_that_the_code_cites_are_described_and_the_other_way_round():
    folder = Path(__file__).parents[2] / "models" / "coding" / "guidelines"
    source = "".join(path.read_text("utf8") for path in folder.glob("*.py"))
    named = {
        row["rule_id"]
        for table in ("personal_history", "long_term_drugs", "visit_reasons", "sequence")
        for row in rows(table)
    }
    cited = set(re.findall(r"icd10cm\.[A-Za-z0-9_.]+", source)) | named
    assert cited - {"icd10cm"} == {row["rule_id"] for row in rows("rules")}


def test_no_history_becomes_a_disease():
    for row in rows("family_history"):
        assert row["becomes"].startswith("Z8")
    for row in rows("personal_history"):
        assert row["becomes"].startswith(("Z8", "I25.2", "F1"))


def test_cues_are_lower_case_and_unique():
    for table, column in (
        ("assertion_cues.tsv", "cue"),
        ("assertion_stops.tsv", "stop"),
        ("section_headers.tsv", "header"),
    ):
        written = [row[column] for row in read_rows(table)]
        assert len(written) == len(set(written))
        assert [word for word in written if word != word.lower()] == []


def test_every_drug_has_codes_of_its_effects(icd10cm: CodeSet):
    """But heroin and LSD, which nobody takes as prescribed."""
    stems = {row["stem"].replace(".", "") for row in rows("drug_effects")}
    lacking = {stem for stem in stems if (stem + "5").ljust(6, "X") + "A" not in icd10cm}
    assert lacking == {"T401X", "T408X"}


def test_what_drugs_induce_is_told_of_drugs_that_are_named():
    stems = {row["stem"] for row in rows("drug_effects")}
    for row in rows("drug_induced"):
        for named in row["drugs"].split():
            assert any(stem.startswith(named) for stem in stems), named


def test_each_drug_has_one_name_in_the_table():
    names = [name for row in rows("drug_effects") for name in row["drugs"].split("|")]
    assert len(set(names)) == len(names)
    assert all(name == name.lower().strip() for name in names)


def test_what_complicates_a_pregnancy_is_billable(icd10cm: CodeSet):
    for row in rows("maternal"):
        for state in ("pregnancy", "childbirth", "puerperium"):
            assert not row[state] or icd10cm.is_billable(Icd10Cm.parse(row[state]).compact), row[state]
