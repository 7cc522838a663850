"""A challenger in the shadow: it answers what the champion answered, nobody sees it, and where they differ is listed.

Notes are read and nothing of them is kept: a disagreement names an encounter and codes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.code_library import load_library
from data.formats.jsonl import write_lines
from data.home import Home
from data.noun import Count, Identifier, Noun, Probability
from data.store.encounter_rows import StoredEncounter, load_encounters
from data.store.session import Store
from data.store.tables import EncounterRow
from data.suggestions import SuggestionSet, Tier
from models.coding.suggest import open_suggester
from models.registry import ModelRegistry
from training.coding_trial import Suggester
from training.progress import track

_CHUNK = 100
SHADOW_FOLDER = ".shadow"


class Disagreement(Noun):
    """On one encounter: codes that only one of the two suggests, as `system:code`, and what coders made of them."""

    encounter_id: Identifier
    champion_only: tuple[str, ...] = ()
    challenger_only: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    widest_gap: Probability = 0.0


class ShadowReport(Noun):
    name: Identifier
    version: Identifier
    encounters: Count
    disagreements: tuple[Disagreement, ...]

    @property
    def share(self) -> float:
        return len(self.disagreements) / max(self.encounters, 1)


def shadow_coding(home: Home, store: Store, version: str, since: datetime) -> ShadowReport:
    """Runs a version over the encounters stored since a moment; the list is kept beside the model's versions."""
    folder = ModelRegistry(home).find_version("coding", version)
    suggester = open_suggester(folder, load_library(home), version)
    with store.reading() as session:
        report = run_shadow(suggester, version, list(_iter_stored(session, since)))
    keep_disagreements(home, "coding", version, report.disagreements)
    return report


def keep_disagreements(home: Home, name: str, version: str, disagreements: Sequence[Noun]) -> None:
    """Beside the versions of the model `name`, in the place of what the version disagreed on before."""
    out = home.models / name / SHADOW_FOLDER
    out.mkdir(parents=True, exist_ok=True)
    write_lines(out / f"{version}.jsonl", disagreements)


def run_shadow(challenger: Suggester, version: str, encounters: Sequence[StoredEncounter]) -> ShadowReport:
    """Most surprising first: where the probabilities of the two lie furthest apart."""
    found = []
    for stored in track(list(encounters), "shadow"):
        (answer,) = challenger.suggest([stored.encounter], stored.profile)
        if difference := compare_answers(stored, answer):
            found.append(difference)
    found.sort(key=lambda one: (-one.widest_gap, one.encounter_id))
    return ShadowReport(name="coding", version=version, encounters=len(encounters), disagreements=tuple(found))


def compare_answers(stored: StoredEncounter, answer: SuggestionSet) -> Disagreement | None:
    """None when both suggest the same codes."""
    before, after = _suggested(stored.suggestion_set), _suggested(answer)
    if before.keys() == after.keys():
        return None
    differing = before.keys() ^ after.keys()
    kept = {
        f"{one.decision.system.value}:{one.decision.final_code}" for one in stored.standing if one.decision.final_code
    }
    return Disagreement(
        encounter_id=stored.encounter.encounter_id,
        champion_only=tuple(sorted(before.keys() - after.keys())),
        challenger_only=tuple(sorted(after.keys() - before.keys())),
        kept=tuple(sorted(kept & differing)),
        widest_gap=max(abs(before.get(code, 0.0) - after.get(code, 0.0)) for code in differing),
    )


def _suggested(answer: SuggestionSet) -> dict[str, float]:
    taken = (one for one in answer.suggestions if one.tier is Tier.SUGGESTED)
    return {f"{one.system.value}:{one.code}": one.probability for one in taken}


def _iter_stored(session: Session, since: datetime) -> Iterator[StoredEncounter]:
    query = select(EncounterRow).where(EncounterRow.created_at >= since).order_by(EncounterRow.encounter_id)
    rows = session.scalars(query).all()
    for start in range(0, len(rows), _CHUNK):
        yield from load_encounters(session, rows[start : start + _CHUNK])
