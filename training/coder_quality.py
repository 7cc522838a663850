"""How far coders agree beyond chance, by coder and by family of codes, and how often a first decision stood."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from data.wilson import Share, wilson
from training.agreement import Opinion

Pair = tuple[str, str]


class Kappa(NamedTuple):
    """`kappa` is NaN where everybody always said the same one thing: chance explains it all."""

    pairs: int
    agreed: float
    kappa: float


def cohen_kappa(pairs: Sequence[Pair]) -> Kappa:
    """Cohen 1960, for two opinions on each thing."""
    if not pairs:
        return Kappa(0, float("nan"), float("nan"))
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return Kappa(len(pairs), agreed, (agreed - chance) / (1 - chance) if chance < 1 else float("nan"))


def kappa_by_coder(shared: Iterable[tuple[Opinion, ...]]) -> dict[str, Kappa]:
    """Each coder against all others who decided on the same thing."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for opinions in shared:
        for one, other in combinations(opinions, 2):
            pairs[one.coder].append((verdict(one), verdict(other)))
            pairs[other.coder].append((verdict(other), verdict(one)))
    return {coder: cohen_kappa(found) for coder, found in sorted(pairs.items())}


def kappa_by_family(shared: Iterable[tuple[Opinion, ...]]) -> dict[str, Kappa]:
    """The first opinion against each later one, by system and first character of the code."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for opinions in shared:
        first, *later = opinions
        family = f"{first.system} {first.code[:1]}"
        pairs[family] += [(verdict(first), verdict(other)) for other in later]
    return {family: cohen_kappa(found) for family, found in sorted(pairs.items())}


def accuracy(shared: Iterable[tuple[Opinion, ...]], encounters: frozenset[str]) -> dict[str, Share]:
    """By first coder: how often the last opinion of somebody else left the first as it was.

    `encounters` are those that were drawn by chance: only from them does the share stand for all.
    """
    stood, seen = Counter[str](), Counter[str]()
    for opinions in shared:
        first, last = opinions[0], opinions[-1]
        if first.encounter_id in encounters:
            seen[first.coder] += 1
            stood[first.coder] += first.final == last.final
    return {coder: wilson(stood[coder], count) for coder, count in sorted(seen.items())}


def verdict(opinion: Opinion) -> str:
    """kept, refused, or the code that was put in its place."""
    if opinion.final is None:
        return "refused"
    return "kept" if opinion.final.replace(".", "") == opinion.code.replace(".", "") else opinion.final
