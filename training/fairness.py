"""Whether a model is as good for one group of patients as for the others, by what became of its answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from data.monitoring import GroupShares, Proportion
from training.observations import Judged

# A group is behind where, of so many cases, its whole interval lies further than this below everybody else's share.
MARGIN = 0.02
LEAST = 30


def compare_groups(judged: Iterable[Judged]) -> tuple[GroupShares, ...]:
    """Every group with a unit that was judged, by name."""
    everybody = list(judged)
    members: dict[str, list[Judged]] = defaultdict(list)
    for one in everybody:
        for group in one.groups:
            members[group].append(one)
    return tuple(_compare(group, members[group], everybody) for group in sorted(members))


def _compare(group: str, own: Sequence[Judged], everybody: Sequence[Judged]) -> GroupShares:
    others = [one for one in everybody if group not in one.groups]
    precision, recall = _precision(own), _recall(own)
    return GroupShares(
        group=group,
        units=len(own),
        precision=precision,
        recall=recall,
        is_behind=_is_behind(precision, _precision(others)) or _is_behind(recall, _recall(others)),
    )


def _precision(judged: Sequence[Judged]) -> Proportion:
    return Proportion.of(sum(one.hits for one in judged), sum(one.given for one in judged))


def _recall(judged: Sequence[Judged]) -> Proportion:
    return Proportion.of(sum(one.hits for one in judged), sum(one.wanted for one in judged))


def _is_behind(own: Proportion, others: Proportion) -> bool:
    return others.value is not None and own.cases >= LEAST and own.high < others.value - MARGIN
