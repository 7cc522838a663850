"""Fixtures of both sides' rules: charts coded from marked text; small edit tables, and claims checked by them."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from data import coverage as coverage_table
from data import fee_schedule as fee_table
from data.add_ons import AddOns
from data.claim_history import ClaimHistory
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.coverage import CoveragePolicies
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE
from data.fee_schedule import FeeSchedule
from data.ncci_pairs import EditSetting, NcciPairs
from data.notes import Note, Patient, Profile, Setting, Sex, Span
from data.reviews import Edit
from data.suggestions import Evidence
from data.synthetic.demo_claims import draft_claim
from data.synthetic.published import add_on_table, pair_table, unit_limit_table
from data.unit_limits import UnitLimits
from models.coding.assertion import assert_span
from models.coding.document import read_note
from models.coding.guidelines import CodingContext, Draft, DraftMention, GuidelineOutcome, apply_guidelines
from models.denial.edits.affected import AFFECTED
from models.denial.edits.engine import check_claim
from models.denial.edits.references import Dated, EditReferences, Releases
from models.denial.edits.registry import RULES_BY_ID

_MARK = re.compile(r"\{([^{}|]*)\|([A-Z0-9.]+)(?:=([0-9.]+))?\}")
Coder = Callable[..., GuidelineOutcome]
# Takes the id of a rule, claims on which it fires, and claims on which it must not.
RuleCheck = Callable[[str, Sequence[Claim], Sequence[Claim]], None]
_BEGIN = date(2026, 1, 1)


@pytest.fixture(scope="session")
def icd10cm(library: CodeLibrary) -> CodeSet:
    """The ICD-10-CM that comes with the package."""
    found = library.latest(CodeSystem.ICD10CM)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def code_chart(icd10cm: CodeSet) -> Coder:
    """Codes a note in which `{words|CODE=probability}` marks what was recognised (probability .8 when not given)."""

    def code(
        marked: str,
        *,
        profile: Profile = Profile.OUTPATIENT,
        setting: Setting = Setting.OFFICE,
        age: int | None = 57,
        sex: Sex = Sex.FEMALE,
        day: date = date(2026, 3, 14),
    ) -> GuidelineOutcome:
        text, found = _unmark(marked)
        doc = read_note(Note(document_id="d1", text=text))
        drafts: dict[str, Draft] = {}
        for span, written, probability in found:
            sentence = next(place for place in doc._.sentences if place.span.start <= span.start < place.span.end)
            evidence = Evidence(document_id="d1", start=span.start, end=span.end, quote=span.slice(text))
            kind = sentence.section.kind
            mention = DraftMention(evidence, assert_span(span, sentence.scopes, kind), kind)
            before = drafts[written].mentions if written in drafts else ()
            drafts[written] = Draft(Icd10Cm.parse(written), probability, (*before, mention))
        patient = Patient(age_years=age, sex=sex)
        return apply_guidelines(drafts.values(), CodingContext(profile, setting, day, patient, icd10cm, (doc,)))

    return code


def _unmark(marked: str) -> tuple[str, list[tuple[Span, str, float]]]:
    text, end, found = "", 0, []
    for match in _MARK.finditer(marked):
        text += marked[end : match.start()]
        span = Span(start=len(text), end=len(text) + len(match[1]))
        found.append((span, match[2], float(match[3] or 0.8)))
        text, end = text + match[1], match.end()
    return text + marked[end:], found


def _always(table: Any) -> Releases[Any]:
    return Releases((Dated("t1", _BEGIN, None, table),))


def _fees() -> pa.Table:
    names = [name for name in fee_table.COLUMNS.names if name not in ("code", "modifier")]
    usual: dict[str, Any] = dict.fromkeys(names, "0") | {
        "status": "A",
        "component": "0",
        "assistant": "0",
        "global_period": "XXX",
    }
    usual |= {"office_units": 2.0, "facility_units": 1.0, "conversion_factor": 32.0}
    rows = [
        {"code": "99213", "modifier": "", **usual},
        {"code": "99080", "modifier": "", **usual, "status": "B"},
        {"code": "92015", "modifier": "", **usual, "status": "N"},
        {"code": "71046", "modifier": "", **usual, "component": "1"},
        {"code": "27447", "modifier": "", **usual, "bilateral": "1", "assistant": "2", "global_period": "090"},
        {"code": "20610", "modifier": "", **usual, "bilateral": "1", "assistant": "1", "global_period": "000"},
        {"code": "31231", "modifier": "", **usual, "bilateral": "2", "co_surgeon": "1", "global_period": "000"},
        {"code": "93005", "modifier": "", **usual, "component": "3"},
    ]
    return pa.Table.from_pylist(rows, schema=fee_table.COLUMNS)


def _policies() -> pa.Table:
    row = {"procedure": "82306", "policy": "P-7", "payer_id": "", "first_day": ALWAYS_BEFORE, "last_day": ALWAYS_AFTER}
    ranges = [("E55", "E55"), ("M80", "M81")]
    rows = [{**row, "first_diagnosis": first, "last_diagnosis": last} for first, last in ranges]
    return pa.Table.from_pylist(rows, schema=coverage_table.COLUMNS)


def _procedures(system: CodeSystem, *codes: str) -> CodeSet:
    rows = [CodeRow(Level.CODE, code, "a service", is_billable=True) for code in sorted(codes)]
    rows.append(CodeRow(Level.RETIRED, "J0001", "an old service", successors=("J1885",)))
    return from_table(system, "2026", _BEGIN, None, to_table(rows))


@pytest.fixture(scope="session")
def references(icd10cm: CodeSet) -> EditReferences:
    """Every table loaded, small and invented."""
    cpt: tuple[str, ...] = (
        "99213",
        "99203",
        "99214",
        "20610",
        "27447",
        "11102",
        "11103",
        "93000",
        "45385",
        "45380",
        "45378",
        "90833",
    )
    cpt += ("97110", "99080", "92015", "71046", "82306", "99396", "99395", "99281", "99221", "90837", "G0439", "80053")
    practitioner = EditSetting.PRACTITIONER
    return EditReferences(
        library=CodeLibrary.of(
            icd10cm,
            _procedures(CodeSystem.CPT, *(code for code in cpt if code[0].isdigit())),
            _procedures(CodeSystem.HCPCS, "G0439", "J1885", "J3301", "E0601"),
        ),
        ncci={practitioner: _always(NcciPairs("t1", pair_table()))},
        mue={practitioner: _always(UnitLimits("t1", unit_limit_table()))},
        addon=_always(AddOns("t1", add_on_table())),
        pfs=_always(FeeSchedule("t1", _fees())),
        coverage=_always(CoveragePolicies("t1", _policies())),
    )


@pytest.fixture(scope="session")
def past() -> ClaimHistory:
    """What was billed before for the patients `seen`, `operated` and `well`."""
    seen, operated, well = ({"patient_id": name} for name in ("seen", "operated", "well"))
    return ClaimHistory.of(
        [
            draft_claim("past-1", patient=seen, lines=[{"code": "99213"}, {"code": "93000"}]),
            draft_claim("past-2", patient=seen, lines=[{"code": "90837"}], frequency_code="8"),
            draft_claim("past-3", patient=operated, lines=[{"code": "27447"}], service_date=date(2026, 3, 1)),
            draft_claim("past-4", patient=well, lines=[{"code": "G0438"}], service_date=date(2025, 6, 10)),
            draft_claim("past-5", patient=seen, lines=[{"code": "99213"}], service_date=date(2025, 1, 7)),
        ]
    )


@pytest.fixture(scope="session")
def claim_grounds() -> frozenset[str]:
    """The beginnings of the ids in test_edit_rules_claim.py; test_edit_rules_clinical.py has all others."""
    named = "required claim bill revenue modifier npi taxonomy date cpt hcpcs pos telehealth"
    return frozenset(named.split())


@pytest.fixture(scope="session")
def check_rule(references: EditReferences, past: ClaimHistory) -> RuleCheck:
    """A rule fires on each broken claim and names what is there; together they show every field that it is documented
    with; it keeps still on the fine ones."""

    def find(rule_id: str, claim: Claim) -> list[Edit]:
        return [edit for edit in check_claim(claim, references, history=past) if edit.rule_id == rule_id]

    def check(rule_id: str, broken: Sequence[Claim], fine: Sequence[Claim]) -> None:
        fields: set[str] = set()
        for claim in broken:
            found = find(rule_id, claim)
            assert found, claim.model_dump(mode="json", exclude_defaults=True)
            for edit in found:
                assert edit.severity is RULES_BY_ID[rule_id].severity
                _check_pointers(claim, edit)
                fields |= {re.sub(r"/[0-9]+", "/*", field) for field in edit.fields}
        assert fields == set(AFFECTED[rule_id])
        for claim in fine:
            assert not find(rule_id, claim), claim.lines

    return check


def _check_pointers(checked: Claim, edit: Edit) -> None:
    """Every named line exists, and every field leads to a value of the claim or to an optional one."""
    assert set(edit.lines) <= {one.line_number for one in checked.lines}
    for field in edit.fields:
        value: Any = checked.model_dump(mode="json")
        for part in field.removeprefix("/").split("/"):
            value = value[int(part)] if isinstance(value, list) else value[part]
