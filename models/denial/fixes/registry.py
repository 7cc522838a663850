"""Which fixes are proposed for which findings. A finding without an entry needs people, not a change by rule.

Every change here is one that the record already supports or that its label asks somebody to confirm; none of them
raises a charge.
"""

from collections.abc import Iterator, Mapping, Sequence

from data.reviews import DenialRisk, Edit, Severity
from models.denial.edits.context import ClaimContext
from models.denial.fixes import bundling, coding
from models.denial.fixes.payer import propose_from_risk
from models.denial.fixes.proposal import Proposal, Propose

PROPOSERS: Mapping[str, Propose] = {
    "em.separate_service": bundling.separate_visit,
    "ncci.ptp": bundling.separate_pair,
    "addon.primary": bundling.drop_add_on,
    "claim.duplicate_line": bundling.drop_twin,
    "units.mue": bundling.limit_units,
    "modifier.bilateral_units": bundling.one_bilateral_unit,
    "icd10cm.valid_on_date": coding.replace_diagnosis,
    "icd10cm.billable": coding.replace_diagnosis,
    "icd10cm.manifestation_first": coding.reorder_diagnoses,
    "icd10cm.external_cause_first": coding.reorder_diagnoses,
    "claim.duplicate_diagnosis": coding.drop_diagnosis_twin,
    "claim.pointer_range": coding.mend_pointers,
    "claim.pointer_count": coding.mend_pointers,
    "modifier.known": coding.drop_modifier,
    "modifier.repeated": coding.drop_modifier,
    "pos.visit": coding.move_visit,
    "age.preventive_visit": coding.fit_age_group,
    "status.new_patient": coding.fit_status,
}
_MAX_PROPOSALS = 8


def propose_fixes(context: ClaimContext, edits: Sequence[Edit], risk: DenialRisk) -> list[Proposal]:
    """Distinct proposals, those for findings first."""
    found: dict[str, Proposal] = {}
    for proposal in (*_from_edits(context, edits), *propose_from_risk(context, risk)):
        found.setdefault(repr(proposal.change), proposal)
    return list(found.values())[:_MAX_PROPOSALS]


def _from_edits(context: ClaimContext, edits: Sequence[Edit]) -> Iterator[Proposal]:
    for edit in edits:
        proposer = PROPOSERS.get(edit.rule_id)
        if proposer is not None and edit.severity is not Severity.UNCHECKED:
            yield from proposer(context, edit)
