"""The probability that a payer denies a claim, line by line, with reasons, money and what speaks for it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.claims import Claim
from data.reviews import DenialRisk, Edit, LineRisk, Support
from models.denial.artefact import DenialArtefact
from models.denial.calibration import summarize_lines
from models.denial.factors import explain
from models.denial.features import extract_features
from models.denial.operating_points import OperatingPoint
from models.denial.reasons import rank_reasons

_ENOUGH_CLAIMS = 200
_DIGITS = 4


class RiskModel:
    """Scores claims with what the edits found on them."""

    def __init__(self, artefact: DenialArtefact, operating_point: OperatingPoint = OperatingPoint.BALANCED) -> None:
        self._artefact = artefact
        self.operating_point = operating_point
        self.threshold = artefact.settings.thresholds[operating_point]

    def probabilities(self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]) -> NDArray[np.float64]:
        """Of whole claims only. *Shape:* (claims,)."""
        return self._score(claims, edits)[1]

    def assess(self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]) -> list[DenialRisk]:
        """One answer for each claim; a claim's numbers do not depend on which others are asked with it."""
        lines, wholes, rows, starts = self._score(claims, edits)
        shares = self._artefact.reason_trees.shares(rows)
        riskiest = [
            int(start + np.argmax(part)) for start, part in zip(starts, np.split(lines, starts[1:]), strict=True)
        ]
        contributions = self._artefact.line_trees.contributions(rows[riskiest])
        return [
            self._describe(claim, whole, lines[start:], shares[start:], top - start, contribution)
            for claim, whole, start, top, contribution in zip(
                claims, wholes.tolist(), starts.tolist(), riskiest, contributions, strict=True
            )
        ]

    def _score(
        self, claims: Sequence[Claim], edits: Sequence[Sequence[Edit]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32], NDArray[np.int_]]:
        """Line and claim probabilities, the rows, and where each claim's rows start."""
        settings, books = self._artefact.settings, self._artefact.books
        rows = np.concatenate(
            [
                extract_features(claim, found, books, claim.prepared_on)
                for claim, found in zip(claims, edits, strict=True)
            ]
        )
        lines = settings.lines.apply(self._artefact.line_trees.log_odds(rows))
        counts = [len(claim.lines) for claim in claims]
        owners = np.repeat(np.arange(len(claims)), counts)
        summary = summarize_lines(lines, owners, len(claims))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        wholes = settings.claims.apply(summary, [claim.payer.kind for claim in claims])
        wholes = np.maximum(wholes, np.maximum.reduceat(lines, starts))
        return lines, wholes, rows, starts

    def _describe(
        self,
        claim: Claim,
        probability: float,
        lines: NDArray[np.float64],
        shares: NDArray[np.float64],
        riskiest: int,
        contributions: NDArray[np.float64],
    ) -> DenialRisk:
        payer_id, carcs = claim.payer.payer_id, self._artefact.carcs
        answered = carcs.answered_claims(payer_id)
        chances = lines[: len(claim.lines)].tolist()
        return DenialRisk(
            probability=round(probability, _DIGITS),
            expected_loss_cents=round(
                sum(chance * line.charge_cents for chance, line in zip(chances, claim.lines, strict=True))
            ),
            support=Support(similar_claims=answered, is_low=answered < _ENOUGH_CLAIMS),
            operating_point=self.operating_point.value,
            lines=tuple(
                LineRisk(
                    line_number=line.line_number,
                    probability=round(chance, _DIGITS),
                    reasons=rank_reasons(share, self._artefact.settings.categories, chance, payer_id, carcs),
                )
                for line, chance, share in zip(claim.lines, chances, shares, strict=False)
            ),
            factors=explain(claim, riskiest, contributions),
        )
