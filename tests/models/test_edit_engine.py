"""The edit engine: what it does with missing and old tables, rules that crash, and a past that is not known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.ncci_pairs import EditSetting, NcciPairs
from data.reviews import Edit, Severity
from data.synthetic.demo_claims import draft_claim
from data.synthetic.published import pair_table
from models.denial.edits.context import ClaimContext
from models.denial.edits.engine import RULE_FAILED, check_claim, holds
from models.denial.edits.references import Dated, EditReferences, Releases
from models.denial.edits.registry import RULES
from models.denial.edits.rule import TableKind

FindEdits = Callable[[Claim, EditReferences], tuple[Edit, ...]]
PERIODS = {"20610": "000", "27447": "090", "11102": "000", "93000": "XXX"}


@pytest.fixture
def find_edits(past: ClaimHistory) -> FindEdits:
    return lambda claim, references: check_claim(claim, references, history=past)


def claim(*lines: Mapping[str, Any] | str, **changes: Any) -> Claim:
    written = [{"code": line} if isinstance(line, str) else dict(line) for line in lines or ("99213",)]
    return draft_claim("c1", lines=written, **changes)


def line(code: str = "99213", **values: Any) -> dict[str, Any]:
    return {"code": code, **values}


def test_a_claim_of_one_clean_visit_has_no_finding(references: EditReferences, find_edits: FindEdits) -> None:
    assert find_edits(claim(), references) == ()


def test_rule_ids_are_unique_and_well_formed() -> None:
    ids = [rule.rule_id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+\.[a-z0-9_]+", rule_id) for rule_id in ids)
    assert all(rule.summary.endswith(".") and rule.source.citation for rule in RULES)


def test_messages_name_the_codes(references: EditReferences, find_edits: FindEdits) -> None:
    (edit,) = [e for e in find_edits(claim("45385", "45380"), references) if e.rule_id == "ncci.ptp"]
    assert "45380" in edit.message
    assert "45385" in edit.message
    assert edit.source.release == "t1"


BARE = {"ncci.ptp", "units.mue", "addon.primary", "pfs.status", "coverage.diagnosis", "cpt.valid_on_date"}


def test_each_missing_table_is_told_once(icd10cm: CodeSet, find_edits: FindEdits) -> None:
    bare = EditReferences(CodeLibrary.of(icd10cm), PERIODS)
    found = find_edits(claim("45385", "45380"), bare)
    assert {edit.rule_id for edit in found} == BARE
    assert {edit.severity for edit in found} == {Severity.UNCHECKED}
    assert len(found) == len(BARE)
    assert all("chartcode import" in edit.message for edit in found)
    assert not holds(found)


def test_an_unknown_past_is_told_once(references: EditReferences) -> None:
    (edit,) = check_claim(claim("99213", patient={"patient_id": "seen"}), references)
    assert edit.rule_id.startswith("history.")
    assert edit.severity is Severity.UNCHECKED
    assert "--history" in edit.message
    assert not holds([edit])


def test_a_code_system_that_the_claim_does_not_use_is_not_missed(icd10cm: CodeSet, find_edits: FindEdits) -> None:
    bare = EditReferences(CodeLibrary.of(icd10cm), PERIODS)
    rules = {edit.rule_id for edit in find_edits(claim("J1885"), bare)}
    assert "hcpcs.valid_on_date" in rules
    assert "cpt.valid_on_date" not in rules


def test_a_missing_diagnosis_release_holds(find_edits: FindEdits) -> None:
    found = find_edits(claim(), EditReferences(CodeLibrary([])))
    assert "icd10cm.release_known" in {edit.rule_id for edit in found}
    assert holds(found)


def _crash(context: ClaimContext) -> Any:
    raise ValueError(f"patient {context.claim.patient.patient_id} broke it")


def test_a_crash_holds_and_keeps_the_patient_out(references: EditReferences) -> None:
    broken = replace(RULES[0], check=_crash)
    (edit,) = check_claim(claim(), references, (broken,))
    assert edit.rule_id == RULE_FAILED
    assert holds([edit])
    assert "c1-patient" not in edit.model_dump_json()
    assert "ValueError" in edit.message


class _Damaged(CodeLibrary):
    def release_on(self, system: CodeSystem, day: date) -> CodeSet | None:
        raise OSError("the disk is gone")


def test_a_damaged_library_holds() -> None:
    found = check_claim(claim(), EditReferences(_Damaged([])))
    assert found
    assert holds(found)


def test_an_old_table_is_used_and_told(references: EditReferences, find_edits: FindEdits) -> None:
    old = replace(
        references,
        ncci={
            EditSetting.PRACTITIONER: Releases(
                (Dated("t1", date(2026, 1, 1), date(2026, 2, 1), NcciPairs("t1", pair_table())),)
            )
        },
    )
    found = {edit.rule_id: edit for edit in find_edits(claim("45385", "45380"), old)}
    assert found["table.outdated"].severity is Severity.INFO
    assert "ncci.ptp" in found
    assert "table.outdated" not in {edit.rule_id for edit in find_edits(claim(), references)}


@pytest.mark.parametrize("kind", TableKind)
def test_every_table_has_a_rule(kind: TableKind) -> None:
    assert any(rule.table is kind for rule in RULES)


def test_findings_do_not_depend_on_the_order_of_rules(references: EditReferences, past: ClaimHistory) -> None:
    checked = claim("99213", line("20610", modifiers=["RT"]), "11103", diagnoses=["M54.5"])
    forth = check_claim(checked, references, history=past)
    back = check_claim(checked, references, RULES[::-1], past)
    assert sorted(forth, key=repr) == sorted(back, key=repr)
