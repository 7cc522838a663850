"""A programme of second reviews as tables: which encounters are drawn, how first decisions stood, what to teach."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import pandas as pd

from data.synthetic.coders import review_again
from training.agreement import Opinion, iter_shared
from training.coder_quality import accuracy, kappa_by_coder, kappa_by_family, verdict
from training.datasets import iter_coding_examples
from training.second_review import choose_reviews
from training.workspace import Workspace

Shared = Sequence[tuple[Opinion, ...]]


def draw_reviews(workspace: Workspace, *, by_chance: int, by_risk: int, seed: str) -> pd.DataFrame:
    """One row an encounter: `chosen` says whether it stands for all (random) or was looked for (risk)."""
    with workspace.store.reading() as session:
        labelled = iter_coding_examples(session, workspace.as_of)
        examples = [example for one in labelled for example in one.examples]
        reviewed = {opinions[0].encounter_id for opinions in iter_shared(session, workspace.as_of)}
    drawn = choose_reviews(examples, by_chance=by_chance, by_risk=by_risk, seed=seed, reviewed=reviewed)
    return pd.DataFrame([one.model_dump(mode="json") for one in drawn], columns=["encounter_id", "chosen", "risk"])


def invent_reviews(workspace: Workspace, reviews: pd.DataFrame) -> None:
    """In an invented home an invented auditor does what was drawn. Raises ValueError in a real one."""
    if not workspace.is_synthetic:
        raise ValueError("in a real home people review")
    review_again(workspace.store, reviews["encounter_id"])


def load_shared(workspace: Workspace) -> Shared:
    """What two or more people decided on."""
    with workspace.store.reading() as session:
        return list(iter_shared(session, workspace.as_of))


def summarise_accuracy(shared: Shared, drawn: Iterable[str]) -> pd.DataFrame:
    """By coder, in encounters that were `drawn` by chance: how often first decisions stood, with an interval."""
    return _to_frame(accuracy(shared, frozenset(drawn)), ("cases", "value", "low", "high"))


def summarise_agreement(shared: Shared) -> pd.DataFrame:
    """By coder and by family of codes: pairs of opinions, the share that agreed, and Cohen's kappa."""
    return _to_frame(kappa_by_coder(shared) | kappa_by_family(shared), ("pairs", "agreed", "kappa"))


def find_lessons(shared: Shared, reviewers: AbstractSet[str]) -> pd.Series:
    """How often a reviewer put what in the place of what a coder had decided, the most frequent first."""
    changed = Counter[str]()
    for first, *_, last in shared:
        if last.coder in reviewers and verdict(first) != verdict(last):
            changed[f"{first.code}: {verdict(first)}, then {verdict(last)}"] += 1
    return pd.Series(dict(changed.most_common()), dtype=int)


def _to_frame(found: Mapping[str, tuple[float, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dict(found), orient="index", columns=list(columns))
