"""What a model might suggest on the sample notes, and what a careful coder makes of it (`coder_sheet.tsv`).

`verdict` is `right`, `missed` (the model is silent and the coder adds the code), or the reason to refuse the
suggestion; `better` is the code to put in its place. Terms are our own words.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data.codes import CodeSystem
from data.decisions import Reason
from data.notes import Encounter
from data.suggestions import Evidence
from data.synthetic.demo_notes import demo_encounters


@dataclass(frozen=True, slots=True)
class Finding:
    """`reason` is None for a code that is right; `is_missed` when the model does not suggest it."""

    evidence: Evidence
    system: CodeSystem
    code: str
    term: str
    probability: float
    is_missed: bool
    reason: Reason | None
    better: str | None


@cache
def load_sheet() -> tuple[tuple[Encounter, tuple[Finding, ...]], ...]:
    """Each sample encounter with its findings, in the order of the sheet."""
    text = files("data.synthetic").joinpath("coder_sheet.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    return tuple((encounter, _find(encounter, rows)) for encounter in demo_encounters())


def _find(encounter: Encounter, rows: list[dict[str, str]]) -> tuple[Finding, ...]:
    name = encounter.encounter_id.removeprefix("demo-")
    return tuple(_to_finding(encounter, row) for row in rows if row["note"] == name)


def _to_finding(encounter: Encounter, row: Mapping[str, str]) -> Finding:
    note = encounter.documents[0]
    start = note.text.index(row["quote"])
    end = start + len(row["quote"])
    verdict = row["verdict"]
    return Finding(
        evidence=Evidence(document_id=note.document_id, start=start, end=end, quote=row["quote"]),
        system=CodeSystem(row["system"]),
        code=row["code"],
        term=row["term"],
        probability=float(row["probability"]),
        is_missed=verdict == "missed",
        reason=None if verdict in ("right", "missed") else Reason(verdict),
        better=row["better"] or None,
    )
