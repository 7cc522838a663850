"""The gold set: well formed, billable on its dates, quoted to the letter, split by a rule, honest about agreement."""

import csv
import json
import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem, Icd10Cm
from data.gold import FOLDER, GoldCase, GoldLabels, Split, assign_split, load_gold, read_splits
from data.gold_check import (
    check_billable,
    check_exclusions,
    check_gold,
    check_pairs,
    check_quotes,
    measure_passes,
    names_of,
    read_exceptions,
)
from data.gold_passes import CodedService, Coding, load_pass, measure_agreement, required_coding
from data.home import Home
from data.ncci_pairs import ModifierIndicator
from data.notes import Encounter, Profile, Setting
from data.synthetic.demo_notes import demo_encounters


@pytest.fixture(scope="module")
def cases() -> list[GoldCase]:
    return load_gold(*Split)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> CodeLibrary:
    return load_library(Home(tmp_path_factory.mktemp("gold") / "home"))


def change(case: GoldCase, **labels: object) -> GoldCase:
    changed = case.labels.model_dump(mode="json") | labels
    return case.model_copy(update={"labels": GoldLabels.model_validate(changed)})


class TestTheSet:
    def test_nothing_is_wrong_with_it(self, cases, library):
        assert check_gold(cases, library) == []

    def test_size_and_variety(self, cases):
        assert len(cases) >= 80
        assert len({case.specialty for case in cases}) >= 25
        assert len({case.encounter.setting for case in cases}) >= 8
        assert len({case.style for case in cases}) >= 15

    def test_notes_are_between_sixty_and_nine_hundred_words(self, cases):
        lengths = [sum(len(note.text.split()) for note in case.encounter.documents) for case in cases]
        assert min(lengths) >= 60
        assert max(lengths) <= 900

    def test_dates_fall_into_fiscal_year_2026(self, cases):
        assert all(date(2025, 10, 15) <= case.encounter.date_of_service <= date(2026, 8, 30) for case in cases)

    def test_ids_say_nothing_about_the_note(self, cases):
        assert all(re.fullmatch(r"gold-\d{3}", case.encounter.encounter_id) for case in cases)

    def test_every_file_belongs_to_a_case(self, cases):
        names = {case.encounter.encounter_id for case in cases}
        for part in ("notes", "labels"):
            assert {path.stem for path in (FOLDER / part).iterdir()} == names

    def test_no_note_is_used_twice_or_in_the_demo(self, cases):
        texts = [note.text for case in cases for note in case.encounter.documents]
        demo = {note.text for encounter in demo_encounters() for note in encounter.documents}
        assert len(set(texts)) == len(texts)
        assert not demo & set(texts)

    def test_only_discharge_summaries_are_coded_by_the_inpatient_rules(self, cases):
        for case in cases:
            is_discharge = case.encounter.documents[0].kind == "discharge_summary"
            assert (case.labels.profile is Profile.INPATIENT) == is_discharge
            assert not is_discharge or case.encounter.setting is Setting.INPATIENT

    def test_encounters_survive_the_wire(self, cases):
        for case in cases:
            assert Encounter.model_validate_json(case.encounter.model_dump_json()) == case.encounter

    def test_files_hold_nothing_but_json_objects_ending_in_a_newline(self):
        for path in (*FOLDER.glob("notes/*.json"), *FOLDER.glob("labels/*.json")):
            text = path.read_text(encoding="utf-8")
            assert text.endswith("}\n")
            assert isinstance(json.loads(text), dict)


class TestSplits:
    def test_the_file_is_what_the_hash_says(self):
        splits = read_splits()
        assert splits == {name: assign_split(name) for name in splits}

    def test_shares_are_about_forty_twenty_forty(self):
        shares = Counter(read_splits().values())
        total = shares.total()
        assert shares[Split.TRAIN] / total == pytest.approx(0.4, abs=0.07)
        assert shares[Split.DEV] / total == pytest.approx(0.2, abs=0.07)
        assert shares[Split.TEST] / total == pytest.approx(0.4, abs=0.07)

    @given(st.text(max_size=40))
    def test_any_id_has_a_split(self, name):
        assert assign_split(name) is assign_split(name)

    def test_loading_without_a_split_is_refused(self):
        with pytest.raises(ValueError, match="name the splits"):
            load_gold()

    def test_loading_one_split_loads_no_other(self):
        assert {case.split for case in load_gold(Split.DEV)} == {Split.DEV}


class TestLabels:
    """Wrong labels can't be built."""

    @pytest.fixture
    def labels(self, cases) -> dict:
        case = next(case for case in cases if len(case.labels.diagnoses) > 2 and case.labels.procedures)
        return case.labels.model_dump(mode="json")

    @pytest.mark.parametrize(
        ("name", "spoil"),
        [
            ("no diagnosis", lambda labels: labels["diagnoses"].clear()),
            ("twice the same", lambda labels: labels["diagnoses"][1].update(code=labels["diagnoses"][0]["code"])),
            ("two first-listed", lambda labels: labels["diagnoses"][1].update(role="first_listed")),
            ("optional first-listed", lambda labels: labels["diagnoses"][0].update(is_optional=True)),
            ("no evidence", lambda labels: labels["diagnoses"][0].update(evidence=[])),
            ("malformed diagnosis", lambda labels: labels["diagnoses"][0].update(code="E1")),
            ("malformed procedure", lambda labels: labels["procedures"][0].update(system="cpt", code="9921")),
            ("diagnosis as a procedure", lambda labels: labels["procedures"][0].update(system="icd10cm")),
            ("unknown link", lambda labels: labels["procedures"][0].update(linked_diagnoses=["B99.9"])),
            ("no link", lambda labels: labels["procedures"][0].update(linked_diagnoses=[])),
            ("unknown field", lambda labels: labels.update(surprise=1)),
        ],
    )
    def test_are_refused(self, labels, name, spoil):
        spoil(labels)
        with pytest.raises(ValidationError):
            GoldLabels.model_validate(labels)

    def test_a_trap_is_no_accepted_code(self, labels):
        first = labels["diagnoses"][0]
        trap = {"system": "icd10cm", "code": first["code"], "reason": "negated", "evidence": first["evidence"]}
        with pytest.raises(ValidationError, match="a trap is not a code that is accepted"):
            GoldLabels.model_validate(labels | {"traps": [trap]})


class TestChecks:
    """Each check fires on what it is for."""

    def test_a_moved_quote(self, cases):
        case = cases[0]
        first = case.labels.model_dump(mode="json")["diagnoses"]
        first[0]["evidence"][0]["start"] += 1
        first[0]["evidence"][0]["end"] += 1
        assert [finding.rule for finding in check_quotes(change(case, diagnoses=first))] == ["quote"]

    def test_a_quote_of_an_unknown_document(self, cases):
        case = cases[0]
        first = case.labels.model_dump(mode="json")["diagnoses"]
        first[0]["evidence"][0]["document_id"] = "another"
        assert [finding.rule for finding in check_quotes(change(case, diagnoses=first))] == ["quote"]

    @pytest.mark.parametrize(("code", "is_found"), [("E11.9", False), ("E11", True), ("E11.99", True)])
    def test_a_code_that_is_not_billable(self, cases, library, code, is_found):
        case = next(case for case in cases if not any(d.code.compact == "E119" for d in case.labels.diagnoses))
        first = case.labels.model_dump(mode="json")["diagnoses"]
        first[0]["alternatives"] = [code]
        changed = change(case, diagnoses=first, traps=[])
        assert bool(list(check_billable(changed, library))) is is_found

    def test_a_code_of_a_year_that_no_release_covers(self, cases, library):
        encounter = cases[0].encounter.model_copy(update={"date_of_service": date(2019, 1, 1)})
        assert list(check_billable(cases[0].model_copy(update={"encounter": encounter}), library))

    def test_two_diagnoses_that_exclude_each_other(self, cases, library):
        case = next(case for case in cases if case.encounter.encounter_id == "gold-009")
        assert not list(check_exclusions(case, library, read_exceptions()))
        assert [finding.rule for finding in check_exclusions(case, library, frozenset())] == ["excludes1"]

    def test_exceptions_are_no_longer_than_needed(self, cases, library):
        needed = {name for case in cases for name in check_exclusions(case, library, frozenset())}
        assert len(needed) == len(read_exceptions())


class TestPairs:
    """The modifiers of the labels satisfy the official edits (development data; skipped without it)."""

    @pytest.fixture
    def pairs(self, shared_data, cases) -> "Pairs":
        pandas = pytest.importorskip("pandas")
        source = shared_data / "claims" / "cms_edits" / "ncci_ptp_practitioner_2024q3_active.parquet"
        codes = sorted({line.code for case in cases for line in case.labels.procedures})
        table = pandas.read_parquet(source, filters=[("col1", "in", codes), ("col2", "in", codes)])
        rows = zip(table.col1, table.col2, table.modifier_indicator.astype(str), strict=True)
        return Pairs({(one, two): ModifierIndicator(int(indicator)) for one, two, indicator in rows})

    def test_no_bundled_pair_stands_alone(self, cases, pairs):
        assert pairs.rows
        assert [finding for case in cases for finding in check_pairs(case, pairs)] == []

    @pytest.mark.parametrize(
        ("indicator", "modifier", "is_found"),
        [
            (ModifierIndicator.NEVER, "59", True),
            (ModifierIndicator.ALLOWED, "RT", True),
            (ModifierIndicator.ALLOWED, "XS", False),
            (ModifierIndicator.NOT_APPLICABLE, "RT", False),
        ],
    )
    def test_a_pair_needs_a_modifier_that_separates(self, cases, indicator, modifier, is_found):
        case = next(case for case in cases if len(case.labels.procedures) > 1)
        lines = case.labels.model_dump(mode="json")["procedures"][:2]
        for line in lines:
            line["modifiers"] = [modifier]
        found = check_pairs(change(case, procedures=lines), Pairs({(lines[0]["code"], lines[1]["code"]): indicator}))
        assert bool(list(found)) is is_found


class Pairs:
    def __init__(self, rows: dict[tuple[str, str], ModifierIndicator]) -> None:
        self.rows = rows

    def find(self, column1: str, column2: str, day: date) -> ModifierIndicator | None:
        return self.rows.get((column1, column2))


class TestAgreement:
    @staticmethod
    def coding(name: str, *codes: str, procedures: tuple = ()) -> Coding:
        services = [{"procedure": {"system": "cpt", "code": code}, "modifiers": mods} for code, mods in procedures]
        return Coding.model_validate({"encounter_id": name, "diagnoses": codes, "procedures": services})

    def test_by_hand(self):
        first = [self.coding("a", "E11.9", "I10", procedures=[("99213", ["25"])]), self.coding("b", "J06.9")]
        second = [self.coding("b", "J06.9", "R05.9"), self.coding("a", "E11.65", "I10", procedures=[("99213", [])])]
        agreement = measure_agreement(first, second)
        assert agreement.exact_f1 == pytest.approx(2 * 2 / (3 + 4))
        assert agreement.category_f1 == pytest.approx(2 * 3 / (3 + 4))
        assert agreement.first_listed == pytest.approx(1 / 2)
        assert (agreement.procedures_f1, agreement.lines_f1) == (1.0, 0.0)

    def test_is_symmetric_and_complete_with_itself(self, cases):
        one, two = load_pass("a"), load_pass("b")
        assert measure_agreement(one, two) == measure_agreement(two, one)
        assert measure_agreement(one, one).exact_f1 == 1.0

    def test_different_encounters_are_refused(self):
        with pytest.raises(ValueError, match="different encounters"):
            measure_agreement([self.coding("a", "I10")], [self.coding("b", "I10")])

    def test_passes_cover_the_set_with_billable_codes(self, cases, library):
        days = {case.encounter.encounter_id: case.encounter.date_of_service for case in cases}
        first = {name for name in days if name <= "gold-137"}
        for name, covered in (("a", set(days)), ("b", set(days)), ("ab", first), ("c", first)):
            codings = load_pass(name)
            assert names_of(codings) == covered
            for coding in codings:
                code_set = library.release_on(CodeSystem.ICD10CM, days[coding.encounter_id])
                assert code_set is not None
                assert all(code_set.is_billable(code.compact) for code in coding.diagnoses)

    def test_every_change_to_what_both_passes_said_is_adjudicated(self, cases):
        lines = (FOLDER / "passes" / "adjudication.tsv").read_text(encoding="utf-8").splitlines()[1:]
        adjudicated = {tuple(line.split("\t")[:3:2]) for line in lines}
        passes = [{coding.encounter_id: set(coding.diagnoses) for coding in load_pass(name)} for name in ("a", "b")]
        for case in cases:
            name = case.encounter.encounter_id
            final = set(required_coding(case.labels).diagnoses)
            a, b = (codes[name] for codes in passes)
            for code in (a | b | final) - (a & b & final):
                assert (name, code.dotted) in adjudicated

    def test_where_the_passes_were_blind_every_service_they_differ_on_is_adjudicated(self):
        with (FOLDER / "passes" / "adjudication.tsv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if row["system"] != "icd10cm"]
        adjudicated = {(row["encounter_id"], row["code"].split("-")[0]) for row in rows}
        second = {coding.encounter_id: coding for coding in load_pass("b")}
        for coding in load_pass("a"):
            if coding.encounter_id > "gold-137":
                one, two = ({_line(line) for line in c.procedures} for c in (coding, second[coding.encounter_id]))
                assert {(coding.encounter_id, code) for code, *_ in one ^ two} <= adjudicated

    def test_the_third_pass_quotes_the_note_for_every_code(self, cases):
        with (FOLDER / "passes" / "c_evidence.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        texts = {note.document_id: note.text for case in cases for note in case.encounter.documents}
        for row in rows:
            assert texts[row["document_id"]][int(row["start"]) : int(row["end"])] == row["quote"]
        quoted = {(row["encounter_id"], row["code"]) for row in rows}
        for coding in load_pass("c"):
            codes = {code.dotted for code in coding.diagnoses}
            codes |= {service.procedure.code.dotted for service in coding.procedures}
            assert {(coding.encounter_id, code) for code in codes} <= quoted

    def test_where_the_third_pass_changed_the_labels_it_is_adjudicated(self, cases):
        with (FOLDER / "passes" / "adjudication.tsv").open(encoding="utf-8", newline="") as file:
            adjudicated = {(row["encounter_id"], row["code"]) for row in csv.DictReader(file, delimiter="\t")}
        after = {case.encounter.encounter_id: required_coding(case.labels) for case in cases}
        for old in load_pass("ab"):
            new = after[old.encounter_id]
            changed = {code.dotted for code in set(old.diagnoses) ^ set(new.diagnoses)}
            changed |= {line.procedure.code.dotted for line in set(old.procedures) ^ set(new.procedures)}
            if old.diagnoses[0] != new.diagnoses[0]:
                changed.add("first listed")
            assert {(new.encounter_id, code) for code in changed} <= adjudicated

    def test_the_readme_states_the_measured_numbers(self, cases):
        readme = (FOLDER / "README.md").read_text(encoding="utf-8")
        for name, found in measure_passes(cases).items():
            numbers = (found.exact_f1, found.category_f1, found.first_listed, found.procedures_f1, found.lines_f1)
            assert f"| {name} | " + " | ".join(f"{number:.3f}" for number in numbers) + " |" in readme


def _line(service: CodedService) -> tuple[str, frozenset[str], int]:
    return service.procedure.code.dotted, frozenset(service.modifiers), service.units


def test_codes_of_the_labels_are_typed(cases):
    assert all(isinstance(diagnosis.code, Icd10Cm) for case in cases for diagnosis in case.labels.diagnoses)
