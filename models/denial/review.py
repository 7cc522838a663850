"""Reviews draft claims: what the published edits find, how likely a denial is, and what would lower the risk."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.code_library import CodeLibrary
from data.home import Home
from data.patient_key import read_patient_key
from data.reviews import ClaimReview, DenialRisk, Disposition, Edit, Fix, Severity
from models.denial.artefact import NAME, load_artefact
from models.denial.edits.context import ClaimContext
from models.denial.edits.engine import check_claim, holds
from models.denial.edits.references import EditReferences, load_edit_references
from models.denial.fixes.proposal import Proposal
from models.denial.fixes.registry import propose_fixes
from models.denial.operating_points import OperatingPoint
from models.denial.patch import patch_claim
from models.denial.risk import RiskModel
from models.registry import ModelRegistry

Edits = tuple[Edit, ...]
_SMALLEST_GAIN = 0.01
_MAX_FIXES = 5


@dataclass(frozen=True, slots=True)
class _Trial:
    """A proposal with the claim that it makes."""

    owner: int
    proposal: Proposal
    claim: Claim


class UnreviewableError(ValueError):
    def __init__(self) -> None:
        super().__init__("a claim is reviewed by its lines with procedures, and one has none")


class Reviewer:
    """`review` takes one claim or thousands; each claim's answer is the same either way."""

    def __init__(self, model_version: str, model: RiskModel, references: EditReferences) -> None:
        self.model_version = model_version
        self._model = model
        self._references = references

    def review(self, claims: Sequence[Claim], history: ClaimHistory | None = None) -> list[ClaimReview]:
        """Without `history` the rules on the patient's past stay unchecked.

        Raises UnreviewableError for a claim without procedures.
        """
        if not all(claim.lines for claim in claims):
            raise UnreviewableError
        if not claims:
            return []
        edits = [self._check(claim, history) for claim in claims]
        risks = self._model.assess(claims, edits)
        is_held = [self._is_held(found, risk) for found, risk in zip(edits, risks, strict=True)]
        fixes = self._find_fixes(claims, edits, risks, is_held, history)
        return [
            ClaimReview(
                claim_id=claim.claim_id,
                model_version=self.model_version,
                edits=found,
                risk=risk,
                fixes=fixes[number],
                disposition=Disposition.HOLD if is_held[number] else Disposition.RELEASE,
            )
            for number, (claim, found, risk) in enumerate(zip(claims, edits, risks, strict=True))
        ]

    def _is_held(self, edits: Edits, risk: DenialRisk) -> bool:
        return holds(edits) or risk.probability >= self._model.threshold

    def _check(self, claim: Claim, history: ClaimHistory | None) -> Edits:
        return check_claim(claim, self._references, history=history)

    def _find_fixes(
        self,
        claims: Sequence[Claim],
        edits: Sequence[Edits],
        risks: Sequence[DenialRisk],
        is_held: Sequence[bool],
        history: ClaimHistory | None,
    ) -> list[tuple[Fix, ...]]:
        """Scores all changed claims at once, on the path of any other claim."""
        trials = [
            _Trial(number, proposal, patch_claim(claim, proposal.change))
            for number, (claim, found, risk) in enumerate(zip(claims, edits, risks, strict=True))
            if is_held[number]
            for proposal in propose_fixes(ClaimContext(claim, self._references, history), found, risk)
        ]
        fixes: list[list[Fix]] = [[] for _ in claims]
        if trials:
            after = [self._check(trial.claim, history) for trial in trials]
            probabilities = self._model.probabilities([trial.claim for trial in trials], after).tolist()
            for trial, found, probability in zip(trials, after, probabilities, strict=True):
                before = risks[trial.owner].probability
                if _count_serious(found) < _count_serious(edits[trial.owner]) or before - probability >= _SMALLEST_GAIN:
                    fixes[trial.owner].append(_to_fix(trial.proposal, probability))
        return [tuple(sorted(own, key=lambda fix: fix.probability_after)[:_MAX_FIXES]) for own in fixes]


def _count_serious(edits: Edits) -> int:
    return sum(edit.severity in (Severity.REJECT, Severity.DENY) for edit in edits)


def _to_fix(proposal: Proposal, probability: float) -> Fix:
    return Fix(
        change=proposal.change,
        label=proposal.label,
        needs=proposal.needs,
        probability_after=round(probability, 4),
    )


def load_reviewer(
    home: Home, library: CodeLibrary, operating_point: OperatingPoint = OperatingPoint.BALANCED
) -> Reviewer:
    """The champion. Raises ArtefactError or TableError: a review without its tables would look like a clean one."""
    manifest, loaded = load_artefact(ModelRegistry(home).champion(NAME), read_patient_key(home))
    return Reviewer(manifest.version, RiskModel(loaded, operating_point), load_edit_references(home, library))
