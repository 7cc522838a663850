"""A coder of the demo decides on what was suggested for a sample note as the coder's sheet says."""

from collections.abc import Iterator, Mapping

from data.codes import CodeSystem
from data.decisions import Decision, Outcome, Reason
from data.suggestions import Suggestion, SuggestionSet, Tier
from data.synthetic.coder_sheet import Finding, load_sheet

_Sheet = Mapping[tuple[CodeSystem, str], Finding]


def demo_decisions(found: SuggestionSet) -> tuple[Decision, ...]:
    """Diagnoses as the sheet has them; of services, which it does not all name, also what else is suggested."""
    findings = next(rows for encounter, rows in load_sheet() if encounter.encounter_id == found.encounter_id)
    sheet = {(one.system, one.code): one for one in findings}
    return (*(_decide(one, sheet) for one in found.suggestions), *_add_missing(found, sheet))


def _decide(one: Suggestion, sheet: _Sheet) -> Decision:
    finding = sheet.get((one.system, one.code))
    accepts = finding.reason is None if finding else _is_service(one)
    return Decision(
        suggestion_id=one.suggestion_id,
        outcome=Outcome.ACCEPTED if accepts else Outcome.REJECTED,
        system=one.system,
        code=one.code,
        reason=None if accepts else (finding and finding.reason) or Reason.NOT_DOCUMENTED,
    )


def _is_service(one: Suggestion) -> bool:
    return one.system is not CodeSystem.ICD10CM and one.tier is Tier.SUGGESTED


def _add_missing(found: SuggestionSet, sheet: _Sheet) -> Iterator[Decision]:
    suggested = {(one.system, one.code) for one in found.suggestions}
    for (system, code), finding in sheet.items():
        if finding.reason is None and (system, code) not in suggested:
            yield Decision(outcome=Outcome.ADDED, system=system, code=code, evidence=(finding.evidence,))
