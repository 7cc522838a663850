"""Why a line would be denied: the likely categories, and the adjustment reason codes that payers use for them."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.reviews import DenialReason, ReasonCategory

_SHOWN_REASONS, _SHOWN_CARCS = 3, 2
_SMALLEST_SHARE = 0.05
_ENOUGH = 10
# Places in the list of categories, with the share of each.
Ranked = Sequence[tuple[int, float]]


class CarcBook:
    """Which reason codes each payer used, and how many of its claims were answered."""

    def __init__(
        self,
        claims: Mapping[str, int] | None = None,
        carcs: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        self._claims = Counter(claims or {})
        self._carcs = {key: Counter(codes) for key, codes in (carcs or {}).items()}
        self._likely: dict[tuple[str, ReasonCategory], tuple[str, ...]] = {}

    def as_json(self) -> dict[str, Mapping[str, object]]:
        """What the constructor takes; keys of `carcs` are `category` or `category payer`."""
        return {
            "claims_answered": dict(self._claims),
            "carcs": {key: dict(codes) for key, codes in self._carcs.items()},
        }

    def see_claim(self, payer_id: str) -> None:
        self._claims[payer_id] += 1

    def learn(self, payer_id: str, category: ReasonCategory, carc: str) -> None:
        self._likely.clear()
        for key in (category.value, f"{category.value} {payer_id}"):
            self._carcs.setdefault(key, Counter())[carc] += 1

    def answered_claims(self, payer_id: str) -> int:
        return self._claims[payer_id]

    def likely_carcs(self, payer_id: str, category: ReasonCategory) -> tuple[str, ...]:
        """The payer's own habit when it was seen ten times, else that of all payers."""
        known = self._likely.get((payer_id, category))
        if known is None:
            known = self._likely[payer_id, category] = self._rank_carcs(payer_id, category)
        return known

    def _rank_carcs(self, payer_id: str, category: ReasonCategory) -> tuple[str, ...]:
        own = self._carcs.get(f"{category.value} {payer_id}", Counter())
        codes = own if own.total() >= _ENOUGH else self._carcs.get(category.value, Counter())
        ranked = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        return tuple(code for code, _ in ranked[:_SHOWN_CARCS])


def rank_shares(shares: NDArray[np.float64]) -> list[Ranked]:
    """The places of the largest shares with the shares, largest first. *Shape:* shares (lines, categories)."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :_SHOWN_REASONS]
    largest = np.take_along_axis(shares, order, axis=1)
    return [[*zip(*pair, strict=True)] for pair in zip(order.tolist(), largest.tolist(), strict=True)]


def to_reasons(
    ranked: Ranked, categories: Sequence[ReasonCategory], probability: float, payer_id: str, book: CarcBook
) -> tuple[DenialReason, ...]:
    """The most likely categories with their part of the line's probability."""
    return tuple(
        [
            DenialReason(
                category=categories[place],
                carcs=book.likely_carcs(payer_id, categories[place]),
                probability=min(1.0, round(share * probability, 4)),
            )
            for place, share in ranked
            if share >= _SMALLEST_SHARE
        ]
    )
