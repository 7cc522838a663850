"""Notes and what they are reported as: the specification of the procedure recogniser."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.catalogue import load_catalogue
from data.notes import Encounter, Note, Patient, PatientStatus, Payer, PayerKind
from models.coding.procedures import ProcedureCandidate, ProcedureCoder, read_procedure_text

SUGGESTED = 0.5
CASES = Path(__file__).with_name("procedure_cases.txt")
_EXPECTED = re.compile(r"(\w{5})(?:x(\d+))?((?:-\w\w)*)")


def _read_cases() -> Iterator[tuple[str, dict[str, str], set[tuple[str, int, frozenset[str]]]]]:
    lines = [line for line in CASES.read_text("utf8").splitlines() if not line.startswith("# ")]
    for block in "\n".join(lines).split("\n\n"):
        note, _, expected = block.strip().partition("=>")
        if not note:
            continue
        settings: dict[str, str] = {}
        if note.startswith("["):
            head, _, note = note.partition("]")
            settings = dict(item.strip().split("=") for item in head[1:].split(","))
        yield note.strip(), settings, {_parse(item) for item in expected.split() if item != "nothing"}


def _parse(item: str) -> tuple[str, int, frozenset[str]]:
    match = _EXPECTED.fullmatch(item)
    assert match, item
    return match[1], int(match[2] or 1), frozenset(match[3].split("-")[1:])


def _reported(candidate: ProcedureCandidate) -> tuple[str, int, frozenset[str]]:
    return candidate.service.code.compact, candidate.units, frozenset(candidate.modifiers)


def _encounter(note: str, settings: dict[str, str]) -> Encounter:
    known: dict[str, Any] = {key: settings[key] for key in ("setting", "perspective") if key in settings}
    payer = settings.get("payer")
    return Encounter(
        encounter_id="e1",
        date_of_service=date(2026, 3, 14),
        patient=Patient(age_years=int(settings.get("age", "45")), status=PatientStatus.ESTABLISHED),
        payer=Payer(payer_id="p1", kind=PayerKind(payer)) if payer else None,
        documents=(Note(document_id="d1", kind=settings.get("kind", "progress_note"), text=note),),
        **known,
    )


@pytest.fixture(scope="module")
def coder() -> ProcedureCoder:
    return ProcedureCoder(load_catalogue())


CASE_LIST = list(_read_cases())


@pytest.mark.parametrize(("note", "settings", "expected"), CASE_LIST, ids=[case[0][:60] for case in CASE_LIST])
def test_a_note_is_reported_as_specified(
    coder: ProcedureCoder, note: str, settings: dict[str, str], expected: set[tuple[str, int, frozenset[str]]]
) -> None:
    encounter = _encounter(note, settings)
    findings = coder.find_procedures([read_procedure_text(item) for item in encounter.documents], encounter)
    found = {_reported(candidate) for candidate in findings.candidates if candidate.score >= SUGGESTED}
    assert found == expected


def test_the_specification_is_large_enough() -> None:
    assert len(CASE_LIST) >= 150
    assert sum(not expected for _, _, expected in CASE_LIST) >= 30
