"""Fixes: each clears what it is proposed for, none raises a charge, and each says who has to agree."""

import itertools
from datetime import date
from typing import Any

import pytest

from data.add_ons import AddOns
from data.claims import Claim
from data.code_library import CodeLibrary
from data.codeset import CodeSet
from data.ncci_pairs import EditSetting, NcciPairs
from data.reviews import DenialReason, DenialRisk, LineRisk, Needs, ReasonCategory, Support
from data.synthetic.demo_claims import demo_claims, draft_claim
from data.synthetic.published import add_on_table, pair_table, unit_limit_table
from data.unit_limits import UnitLimits
from models.denial.edits.context import ClaimContext
from models.denial.edits.engine import check_claim
from models.denial.edits.references import Dated, EditReferences, Releases
from models.denial.edits.registry import RULES_BY_ID
from models.denial.fixes.proposal import Proposal
from models.denial.fixes.registry import PROPOSERS, propose_fixes
from models.denial.patch import patch_claim


def _always(table: Any) -> Releases[Any]:
    return Releases((Dated("t1", date(2026, 1, 1), None, table),))


@pytest.fixture(scope="module")
def references(icd10cm: CodeSet) -> EditReferences:
    practitioner = EditSetting.PRACTITIONER
    return EditReferences(
        CodeLibrary.of(icd10cm),
        {"20610": "000", "27447": "090"},
        ncci={practitioner: _always(NcciPairs("t1", pair_table()))},
        mue={practitioner: _always(UnitLimits("t1", unit_limit_table()))},
        addon=_always(AddOns("t1", add_on_table())),
    )


def risk_of(claim: Claim, *categories: ReasonCategory) -> DenialRisk:
    reasons = tuple(DenialReason(category=category, probability=0.5) for category in categories)
    return DenialRisk(
        probability=0.6,
        expected_loss_cents=0,
        support=Support(similar_claims=0, is_low=True),
        operating_point="balanced",
        lines=tuple(LineRisk(line_number=one.line_number, probability=0.6, reasons=reasons) for one in claim.lines),
    )


def proposals(claim: Claim, references: EditReferences, *categories: ReasonCategory) -> list[Proposal]:
    edits = check_claim(claim, references)
    return propose_fixes(ClaimContext(claim, references), edits, risk_of(claim, *categories))


def claim(*lines: Any, **changes: Any) -> Claim:
    return draft_claim("c1", lines=[{"code": one} if isinstance(one, str) else one for one in lines], **changes)


KNEE = {"code": "20610", "modifiers": ["RT"]}
# Finding, claim, labels of the fixes by their first words, who must act.
FIXED: list[tuple[str, Claim, list[str], Needs]] = [
    ("em.separate_service", claim("99213", KNEE), ["Add modifier 25"], Needs.CODER),
    ("em.separate_service", claim("99213", {"code": "27447", "modifiers": ["LT"]}), ["Add modifier 57"], Needs.CODER),
    ("ncci.ptp", claim("45385", "45380"), ["Add modifier 59", "Remove line 2"], Needs.CODER),
    ("ncci.ptp", claim("45385", "45378"), ["Remove line 2"], Needs.CODER),
    ("addon.primary", claim("99213", "11103"), ["Remove add-on 11103"], Needs.CODER),
    ("claim.duplicate_line", claim("93000", "93000"), ["Remove line 2"], Needs.BILLER),
    ("units.mue", claim({"code": "97110", "units": 30}), ["Bill 8 units"], Needs.DOCUMENTATION),
    (
        "modifier.bilateral_units",
        claim({"code": "20610", "modifiers": ["50"], "units": 2}),
        ["Bill one unit"],
        Needs.BILLER,
    ),
    (
        "icd10cm.billable",
        claim("99213", diagnoses=["M54.5"]),
        ["Replace M54.5 by M54.50", "Replace M54.5"],
        Needs.CODER,
    ),
    ("icd10cm.manifestation_first", claim("99213", diagnoses=["F02.80", "G30.9"]), ["List G30.9 before"], Needs.CODER),
    (
        "icd10cm.external_cause_first",
        claim("99213", diagnoses=["W19.XXXA", "S93.401A"]),
        ["List S93.401A"],
        Needs.CODER,
    ),
    ("claim.duplicate_diagnosis", claim("99213", diagnoses=["I10", "E11.9", "I10"]), ["List I10 once"], Needs.BILLER),
    ("claim.pointer_range", claim({"code": "99213", "diagnosis_pointers": [1, 9]}), ["Point line 1"], Needs.BILLER),
    ("claim.pointer_count", claim({"code": "99213", "diagnosis_pointers": []}), ["Point line 1"], Needs.CODER),
    ("modifier.known", claim({"code": "99213", "modifiers": ["ZZ"]}), ["Remove modifier ZZ"], Needs.BILLER),
    ("modifier.repeated", claim({"code": "99213", "modifiers": ["95", "95"]}), ["Remove modifier 95"], Needs.BILLER),
    ("pos.visit", claim("99281"), ["Set place of service 23"], Needs.BILLER),
    ("age.preventive_visit", claim("99396", patient={"age_years": 38}), ["Replace 99396 by 99395"], Needs.CODER),
    ("status.new_patient", claim("99203"), ["Replace 99203 by 99213"], Needs.CODER),
]


@pytest.mark.parametrize(("rule_id", "broken", "labels", "needs"), FIXED)
def test_a_fix_clears_its_finding(
    rule_id: str, broken: Claim, labels: list[str], needs: Needs, references: EditReferences
) -> None:
    found = proposals(broken, references)
    assert len(found) == len(labels)
    for proposal, label in zip(found, labels, strict=True):
        assert proposal.label.startswith(label)
        assert proposal.needs is needs
        changed = patch_claim(broken, proposal.change)
        assert rule_id not in {edit.rule_id for edit in check_claim(changed, references)}
        assert changed.charge_cents <= broken.charge_cents


def test_every_proposer_is_tested_and_of_a_rule() -> None:
    assert set(PROPOSERS) <= set(RULES_BY_ID)
    assert set(PROPOSERS) - {"icd10cm.valid_on_date"} == {rule_id for rule_id, *_ in FIXED}


ALL_CATEGORIES = (ReasonCategory.AUTHORIZATION, ReasonCategory.CODING)


def test_no_fix_raises_a_charge_or_adds_a_service(references: EditReferences) -> None:
    lines = ["99213", KNEE, "11103", "45385", "45380", {"code": "97110", "units": 30, "diagnosis_pointers": [7]}]
    mixed = [claim(*chosen, diagnoses=["M54.5", "M17.11"]) for chosen in itertools.permutations(lines, 3)]
    for broken in (*mixed, *demo_claims()):
        for proposal in proposals(broken, references, *ALL_CATEGORIES):
            changed = patch_claim(broken, proposal.change)
            assert changed.charge_cents <= broken.charge_cents
            assert len(changed.lines) <= len(broken.lines)
            assert all(new.units <= max(old.units for old in broken.lines) for new in changed.lines)


def test_the_only_line_is_not_dropped(references: EditReferences) -> None:
    assert proposals(claim("11103"), references) == []


def test_pointers_follow_diagnoses_that_change_places(references: EditReferences) -> None:
    broken = claim(
        {"code": "99213", "diagnosis_pointers": [1, 2]},
        {"code": "93000", "diagnosis_pointers": [3]},
        diagnoses=["F02.80", "G30.9", "I10"],
    )
    (proposal,) = proposals(broken, references)
    changed = patch_claim(broken, proposal.change)
    for before, after in zip(broken.lines, changed.lines, strict=True):
        assert [broken.diagnoses[p - 1] for p in before.diagnosis_pointers] == [
            changed.diagnoses[p - 1] for p in after.diagnosis_pointers
        ]


def test_pointers_follow_a_diagnosis_that_was_listed_twice(references: EditReferences) -> None:
    broken = claim(
        {"code": "99213", "diagnosis_pointers": [2, 3]},
        {"code": "93000", "diagnosis_pointers": [4]},
        diagnoses=["I10", "E11.9", "I10", "R07.9"],
    )
    (proposal,) = proposals(broken, references)
    changed = patch_claim(broken, proposal.change)
    assert [code.dotted for code in changed.diagnoses] == ["I10", "E11.9", "R07.9"]
    assert [one.diagnosis_pointers for one in changed.lines] == [(2, 1), (3,)]


def test_an_authorization_is_asked_for_when_it_is_feared(references: EditReferences) -> None:
    (proposal,) = proposals(claim("72148"), references, ReasonCategory.AUTHORIZATION)
    assert proposal.needs is Needs.PAYER
    assert patch_claim(claim("72148"), proposal.change).prior_authorization
    assert proposals(claim("72148", prior_authorization="A1"), references, ReasonCategory.AUTHORIZATION) == []
    assert proposals(claim("72148"), references) == []


@pytest.mark.parametrize(
    ("diagnoses", "modifiers", "added"),
    [
        (["M17.11"], [], "RT"),
        (["M17.12"], [], "LT"),
        (["M17.0"], [], None),
        (["M17.11", "M17.12"], [], None),
        (["M17.11"], ["RT"], None),
        (["E11.9"], [], None),
    ],
)
def test_the_side_comes_from_the_diagnosis(
    diagnoses: list[str], modifiers: list[str], added: str | None, references: EditReferences
) -> None:
    pointers = list(range(1, len(diagnoses) + 1))
    broken = claim(
        {"code": "29881", "modifiers": modifiers, "diagnosis_pointers": pointers},
        diagnoses=diagnoses,
        prior_authorization="A1",
    )
    found = proposals(broken, references, ReasonCategory.CODING)
    assert [proposal.change[0]["value"] for proposal in found] == ([added] if added else [])


def test_telehealth_without_its_modifier(references: EditReferences) -> None:
    broken = claim({"code": "90834", "place_of_service": "10"}, diagnoses=["F33.1"])
    (proposal,) = proposals(broken, references, ReasonCategory.CODING)
    assert patch_claim(broken, proposal.change).lines[0].modifiers == ("95",)
