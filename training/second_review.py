"""Which decided encounters a second coder should look at, blind: some by chance, some because they look wrong.

The chance part is what accuracy is estimated from; the risk part is where errors are found.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from data.noun import Identifier, Noun
from data.store.drawn_reviews import record_draw
from data.store.session import Store
from training.datasets import CodingExample, LabelledEncounter
from training.label_quality import find_suspects

UNSEEN_RISK = 0.25


class Chosen(StrEnum):
    RANDOM = "random"
    RISK = "risk"


class SecondReview(Noun):
    """`risk` adds up how much speaks against the encounter's decisions."""

    encounter_id: Identifier
    chosen: Chosen
    risk: float


def choose_reviews(
    examples: Sequence[CodingExample], *, by_chance: int, by_risk: int, seed: str, reviewed: Iterable[str] = ()
) -> tuple[SecondReview, ...]:
    """Encounters that nobody reviewed yet, the chance part first. The same seed draws the same ones.

    The draw does not look at the risk, so that it stands for all.
    """
    risks = _measure_risk(examples)
    done = set(reviewed)
    waiting = sorted((name for name in risks if name not in done), key=lambda name: _draw(seed, name))
    drawn = waiting[:by_chance]
    risky = sorted((name for name in waiting[by_chance:] if risks[name] > 0), key=lambda name: (-risks[name], name))
    return tuple(
        SecondReview(encounter_id=name, chosen=chosen, risk=round(risks[name], 4))
        for chosen, names in ((Chosen.RANDOM, drawn), (Chosen.RISK, risky[:by_risk]))
        for name in names
    )


def find_new(labelled: Iterable[LabelledEncounter], since: datetime | None) -> list[CodingExample]:
    """Of encounters whose first decision came at or after `since`.

    Draws that are kept take each of them into account once: none was chosen by an earlier look at its risk, nor left
    out because somebody corrected it, so what chance draws stands for all of them.
    """
    fresh = (one for one in labelled if since is None or one.stored.decisions[0].decided_at >= since)
    return [example for one in fresh for example in one.examples]


def keep_draw(store: Store, drawn: Sequence[SecondReview], *, seed: str, by: str, at: datetime) -> None:
    names = {chosen: [one.encounter_id for one in drawn if one.chosen is chosen] for chosen in Chosen}
    with store.transaction() as session:
        record_draw(session, by_chance=names[Chosen.RANDOM], by_risk=names[Chosen.RISK], seed=seed, by=by, at=at)


def _measure_risk(examples: Sequence[CodingExample]) -> dict[str, float]:
    """Of each encounter: the margins of its suspect decisions, and something for each that nobody looked at."""
    risks: dict[str, float] = defaultdict(float)
    for example in examples:
        risks[example.encounter_id] += UNSEEN_RISK if example.weight == 0 else 0.0
    for suspect in find_suspects(examples).suspects:
        risks[suspect.encounter_id] += suspect.margin
    return dict(risks)


def _draw(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\x00{name}".encode()).hexdigest()
