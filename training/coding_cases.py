"""The cases on which the gate compares coding models: a frozen set, and the newest decisions that nobody learned from.

The frozen set are the gold notes for development and for the test: a verdict is all that the gate lets out of them.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from data.codes import CodeSystem, parse_code
from data.gold import GoldCase, Split, load_gold
from data.notes import Encounter
from data.store.encounters import iter_newest_decided
from data.store.session import Store
from training.coding_trial import Case
from training.datasets import LabelledEncounter, label_encounter
from training.holdout import is_held_out

FROZEN_SPLITS = (Split.DEV, Split.TEST)
NEWEST = 150


def load_frozen_cases() -> list[Case]:
    return [from_gold(case) for case in load_gold(*FROZEN_SPLITS)]


def find_newest_cases(store: Store, as_of: datetime, limit: int = NEWEST) -> list[Case]:
    """Held-out encounters whose diagnoses were decided on after a look, the `limit` newest, oldest first.

    Reads from the newest on until there are enough, however many were ever decided.
    """
    with store.reading() as session:
        stored = iter_newest_decided(session, as_of, is_held_out)
        labelled = (LabelledEncounter(stored=one, examples=label_encounter(one)) for one in stored)
        cases = (case for one in labelled if (case := from_decisions(one)))
        return list(islice(cases, limit))[::-1]


def from_gold(case: GoldCase) -> Case:
    """Optional codes count neither way, an accepted alternative is right."""
    labels = case.labels.diagnoses
    readings = {code.dotted: d.code.dotted for d in labels for code in (*d.alternatives, d.code)}
    return Case(
        encounter=case.encounter,
        profile=case.labels.profile,
        wanted=frozenset(d.code.dotted for d in labels if not d.is_optional),
        readings=readings,
        ignored=frozenset(d.code.dotted for d in labels if d.is_optional),
        traps=frozenset((trap.system, parse_code(trap.system, trap.code).dotted) for trap in case.labels.traps),
        groups=(f"specialty {case.specialty}", *_describe(case.encounter)),
    )


def from_decisions(labelled: LabelledEncounter) -> Case | None:
    """None without a diagnosis that somebody looked at. Codes that nobody decided on count neither way."""
    seen = [one for one in labelled.examples if one.system is CodeSystem.ICD10CM and one.weight > 0]
    kept = frozenset(one.code for one in seen if one.is_positive)
    encounter = labelled.stored.encounter
    if not seen:
        return None
    return Case(
        encounter=encounter,
        profile=labelled.stored.profile,
        wanted=kept,
        judged=frozenset(one.code for one in seen),
        groups=tuple(_describe(encounter)),
    )


def _describe(encounter: Encounter) -> Iterator[str]:
    yield f"setting {encounter.setting.value}"
    if encounter.payer:
        yield f"payer {encounter.payer.kind.value}"
