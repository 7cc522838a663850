"""How far coders agree with each other where several decided on the same thing."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.autonomy import AUTONOMY
from data.decisions import Decision, Outcome
from data.store.tables import DecisionRow, ProbeRow

# What is expected of a coder of whom little is known, and how many comparisons that counts for.
EXPECTED = 0.9
STRENGTH = 10


class Opinion(NamedTuple):
    """A coder's last word on one topic of an encounter; `final` is None where no code was left standing."""

    encounter_id: str
    topic: tuple[str, ...]
    coder: str
    system: str
    code: str
    final: str | None
    at: datetime


def iter_shared(session: Session, as_of: datetime) -> Iterator[tuple[Opinion, ...]]:
    """Topics on which two or more people decided, each with everybody's last word, in the order in which they came.

    Deferred decisions and those on probes say nothing. Only decisions before `as_of` exist.
    """
    query = (
        select(DecisionRow)
        .where(DecisionRow.decided_at < as_of, DecisionRow.encounter_id.not_in(select(ProbeRow.encounter_id)))
        .order_by(DecisionRow.encounter_id, DecisionRow.position)
    )
    rows = session.scalars(query.execution_options(yield_per=1000))
    for _, found in groupby(rows, key=lambda row: row.encounter_id):
        topics: dict[tuple[str, ...], dict[str, Opinion]] = defaultdict(dict)
        for opinion in map(_read, found):
            if opinion is not None:
                topics[opinion.topic].pop(opinion.coder, None)
                topics[opinion.topic][opinion.coder] = opinion
        yield from (tuple(said.values()) for said in topics.values() if len(said) > 1)


def measure_agreement(session: Session, as_of: datetime) -> dict[str, float]:
    """By coder, of those who were compared: 1 for one who agrees as often as expected or more, less below.

    The share of agreement is drawn to EXPECTED as if STRENGTH comparisons had shown it. Whoever changes what was
    released from confirmation contradicts nobody.
    """
    agreed, compared = Counter[str](), Counter[str]()
    for opinions in iter_shared(session, as_of):
        for one, other in combinations(opinions, 2):
            if AUTONOMY in (one.coder, other.coder):
                continue
            for coder in (one.coder, other.coder):
                compared[coder] += 1
                agreed[coder] += one.final == other.final
    return {coder: _weigh(agreed[coder], count) for coder, count in sorted(compared.items())}


def _weigh(agreed: int, compared: int) -> float:
    share = (agreed + EXPECTED * STRENGTH) / (compared + STRENGTH)
    return round(min(share / EXPECTED, 1.0), 6)


def _read(row: DecisionRow) -> Opinion | None:
    decision = Decision.model_validate_json(row.content)
    if decision.outcome is Outcome.DEFERRED:
        return None
    return Opinion(
        row.encounter_id, decision.topic, row.decided_by, row.system, row.code, decision.final_code, row.decided_at
    )
