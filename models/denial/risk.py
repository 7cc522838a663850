"""The probability that a payer denies a claim, line by line, with reasons, money and what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.reviews import DenialRisk, Edit, Factor, LineRisk, Support
from models.denial.artefact import DenialArtefact
from models.denial.calibration import summarize_lines
from models.denial.factors import explain
from models.denial.features import extract_features
from models.denial.operating_points import OperatingPoint
from models.denial.reasons import rank_reasons

ENOUGH_CLAIMS = 200
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Scores:
    """*Shapes:* rows (lines, features), lines (lines,), claims (claims,), starts (claims,): first row of each claim."""

    rows: NDArray[np.float32]
    lines: NDArray[np.float64]
    claims: NDArray[np.float64]
    starts: NDArray[np.int_]

    def riskiest(self) -> list[int]:
        """The row of each claim's most probable line."""
        parts = np.split(self.lines, self.starts[1:])
        return [int(start) + int(np.argmax(part)) for start, part in zip(self.starts, parts, strict=True)]


class RiskModel:
    """Scores claims with what the edits found on them. A claim's numbers do not depend on which others come along."""

    def __init__(self, artefact: DenialArtefact, operating_point: OperatingPoint = OperatingPoint.BALANCED) -> None:
        self._artefact = artefact
        self.operating_point = operating_point
        self.threshold = artefact.settings.thresholds[operating_point]

    def probabilities(self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]) -> NDArray[np.float64]:
        """Of whole claims only. *Shape:* (claims,)."""
        return self._score(claims, edits).claims

    def assess(self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]) -> list[DenialRisk]:
        """One answer for each claim."""
        scores = self._score(claims, edits)
        shares = self._artefact.reason_trees.shares(scores.rows).tolist()
        factors = self._explain(claims, scores)
        return [self._describe(claim, scores, shares, number, factors[number]) for number, claim in enumerate(claims)]

    def _score(self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]) -> _Scores:
        settings, books = self._artefact.settings, self._artefact.books
        rows = extract_features(claims, edits, books, [claim.prepared_on for claim in claims])
        lines = settings.lines.apply(self._artefact.line_trees.log_odds(rows))
        counts = [len(claim.lines) for claim in claims]
        summary = summarize_lines(lines, np.repeat(np.arange(len(claims)), counts), len(claims))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        wholes = settings.claims.apply(summary, [claim.payer.kind for claim in claims])
        return _Scores(rows, lines, np.maximum(wholes, np.maximum.reduceat(lines, starts)), starts)

    def _explain(self, claims: Sequence[Claim], scores: _Scores) -> list[tuple[Factor, ...]]:
        """Of each claim's riskiest line; none where a denial is so unlikely that no operating point would hold it."""
        factors: list[tuple[Factor, ...]] = [() for _ in claims]
        chosen = np.flatnonzero(scores.claims >= self._artefact.settings.thresholds[OperatingPoint.HIGH_RECALL])
        riskiest = np.array(scores.riskiest())[chosen]
        contributions = self._artefact.line_trees.contributions(scores.rows[riskiest])
        for number, row, contribution in zip(chosen.tolist(), riskiest.tolist(), contributions, strict=True):
            factors[number] = explain(claims[number], row - int(scores.starts[number]), contribution)
        return factors

    def _describe(
        self, claim: Claim, scores: _Scores, shares: Sequence[Sequence[float]], number: int, factors: tuple[Factor, ...]
    ) -> DenialRisk:
        start = int(scores.starts[number])
        chances = scores.lines[start : start + len(claim.lines)].tolist()
        answered = self._artefact.carcs.answered_claims(claim.payer.payer_id)
        loss = sum(chance * line.charge_cents for chance, line in zip(chances, claim.lines, strict=True))
        return DenialRisk(
            probability=round(float(scores.claims[number]), _DIGITS),
            expected_loss_cents=round(loss),
            support=Support(similar_claims=answered, is_low=answered < ENOUGH_CLAIMS),
            operating_point=self.operating_point.value,
            lines=tuple(
                self._describe_line(claim, position, chance, shares[start + position])
                for position, chance in enumerate(chances)
            ),
            factors=factors,
        )

    def _describe_line(self, claim: Claim, position: int, chance: float, share: Sequence[float]) -> LineRisk:
        categories, payer_id = self._artefact.settings.categories, claim.payer.payer_id
        return LineRisk(
            line_number=claim.lines[position].line_number,
            probability=round(chance, _DIGITS),
            reasons=rank_reasons(share, categories, chance, payer_id, self._artefact.carcs),
        )
