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
from models.denial.reasons import Ranked, rank_shares, to_reasons

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
        reasons = rank_shares(self._artefact.reason_trees.shares(scores.rows))
        chances, wholes, starts = scores.lines.tolist(), scores.claims.tolist(), scores.starts.tolist()
        return [
            self._describe(claim, whole, chances[start:end], reasons[start:end], factors)
            for claim, whole, start, end, factors in zip(
                claims, wholes, starts, [*starts[1:], len(chances)], self._explain(claims, scores), strict=True
            )
        ]

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
        self,
        claim: Claim,
        probability: float,
        chances: Sequence[float],
        ranked: Sequence[Ranked],
        factors: tuple[Factor, ...],
    ) -> DenialRisk:
        """`chances` and `ranked` are those of the claim's lines."""
        lines = [*zip(claim.lines, chances, ranked, strict=True)]
        answered = self._artefact.carcs.answered_claims(claim.payer.payer_id)
        return DenialRisk(
            probability=round(probability, _DIGITS),
            expected_loss_cents=round(sum(chance * line.charge_cents for line, chance, _ in lines)),
            support=Support(similar_claims=answered, is_low=answered < ENOUGH_CLAIMS),
            operating_point=self.operating_point.value,
            lines=tuple([self._describe_line(claim, line.line_number, chance, own) for line, chance, own in lines]),
            factors=factors,
        )

    def _describe_line(self, claim: Claim, line_number: int, chance: float, ranked: Ranked) -> LineRisk:
        settings, carcs = self._artefact.settings, self._artefact.carcs
        return LineRisk(
            line_number=line_number,
            probability=round(chance, _DIGITS),
            reasons=to_reasons(ranked, settings.categories, chance, claim.payer.payer_id, carcs),
        )
