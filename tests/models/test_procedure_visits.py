"""Visits: the table of medical decision making, times, and notes with the visit that they are reported as."""

from datetime import date
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from data.catalogue import Catalogue, load_catalogue
from data.codes import Cpt
from data.notes import Encounter, Note, Patient, PatientStatus, Payer, PayerKind
from data.services import FamilyKind, Interval
from models.coding.procedures import ProcedureCoder, ProcedureFindings, read_procedure_text
from models.coding.procedures.events import Known
from models.coding.procedures.visits.choose import by_level, by_time, members_of
from models.coding.procedures.visits.data_reviewed import DataReviewed, rate_data
from models.coding.procedures.visits.kinds import VisitKind
from models.coding.procedures.visits.levels import Level, decide_level

CASES = Path(__file__).with_name("visit_cases.txt")
SUGGESTED = 0.5


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def coder(catalogue: Catalogue) -> ProcedureCoder:
    return ProcedureCoder(catalogue)


def _encounter(note: str, **settings: str) -> Encounter:
    known: dict[str, Any] = {key: settings[key] for key in ("setting", "perspective") if key in settings}
    status = settings.get("status", "established")
    return Encounter(
        encounter_id="e1",
        date_of_service=date(2026, 3, 14),
        patient=Patient(
            age_years=int(settings.get("age", "45")), status=None if status == "unknown" else PatientStatus(status)
        ),
        payer=Payer(payer_id="p1", kind=PayerKind(settings["payer"])) if "payer" in settings else None,
        documents=(Note(document_id="d1", kind=settings.get("kind", "progress_note"), text=note),),
        **known,
    )


def _find(coder: ProcedureCoder, note: str, **settings: str) -> ProcedureFindings:
    encounter = _encounter(note, **settings)
    return coder.find_procedures([read_procedure_text(item) for item in encounter.documents], encounter)


def _meets(wanted: Level, *elements: Level) -> bool:
    """The rule in its own words: two of the three elements meet or exceed the level."""
    return sum(element >= wanted for element in elements) >= 2


@pytest.mark.parametrize(("problems", "data", "risk"), list(product(Level, repeat=3)))
def test_two_of_three_elements_decide(problems: Level, data: Level, risk: Level) -> None:
    oracle = max(level for level in Level if _meets(level, problems, data, risk))
    assert decide_level(problems, data, risk) is oracle


OFFICE_LEVELS = [
    ("new", Level.STRAIGHTFORWARD, "99202"),
    ("new", Level.LOW, "99203"),
    ("new", Level.MODERATE, "99204"),
    ("new", Level.HIGH, "99205"),
    ("established", Level.STRAIGHTFORWARD, "99212"),
    ("established", Level.LOW, "99213"),
    ("established", Level.MODERATE, "99214"),
    ("established", Level.HIGH, "99215"),
]


@pytest.mark.parametrize(("status", "level", "code"), OFFICE_LEVELS)
def test_office_codes_by_level(catalogue: Catalogue, status: str, level: Level, code: str) -> None:
    members, rivals = members_of(catalogue, VisitKind.OFFICE, {"status": Known(status)})
    service = by_level(members, level)
    assert service is not None
    assert service.code == Cpt(code)
    assert rivals == []


OTHER_LEVELS = [
    (VisitKind.ED, ("99282", "99283", "99284", "99285")),
    (VisitKind.HOSPITAL_INITIAL, ("99221", "99221", "99222", "99223")),
    (VisitKind.HOSPITAL_SUBSEQUENT, ("99231", "99231", "99232", "99233")),
    (VisitKind.HOSPITAL_SAME_DAY, ("99234", "99234", "99235", "99236")),
    (VisitKind.NURSING_INITIAL, ("99304", "99304", "99305", "99306")),
    (VisitKind.NURSING_SUBSEQUENT, ("99307", "99308", "99309", "99310")),
    (VisitKind.HOME, ("99347", "99348", "99349", "99350")),
]


@pytest.mark.parametrize(("kind", "codes"), OTHER_LEVELS)
def test_codes_of_other_places_by_level(catalogue: Catalogue, kind: VisitKind, codes: tuple[str, ...]) -> None:
    members, _ = members_of(catalogue, kind, {"status": Known("established")})
    assert tuple(service.code.compact for level in Level if (service := by_level(members, level))) == codes


TIMES = [
    ("new", 14, None),
    ("new", 15, "99202"),
    ("new", 29, "99202"),
    ("new", 30, "99203"),
    ("new", 45, "99204"),
    ("new", 60, "99205"),
    ("new", 200, "99205"),
    ("established", 9, None),
    ("established", 10, "99212"),
    ("established", 20, "99213"),
    ("established", 30, "99214"),
    ("established", 39, "99214"),
    ("established", 40, "99215"),
]


@pytest.mark.parametrize(("status", "minutes", "code"), TIMES)
def test_office_codes_by_time(catalogue: Catalogue, status: str, minutes: int, code: str | None) -> None:
    members, _ = members_of(catalogue, VisitKind.OFFICE, {"status": Known(status)})
    service = by_time(members, minutes)
    assert (service.code.compact if service else None) == code


def test_times_of_a_family_join_without_gap(catalogue: Catalogue) -> None:
    for kind in VisitKind:
        for status in ("new", "established"):
            members, _ = members_of(catalogue, kind, {"status": Known(status)})
            times = [i for s in members if isinstance(i := s.attributes.get("minutes"), Interval)]
            assert all(before.high + 1 == after.low for before, after in pairwise(times)), kind


DATA = [
    (DataReviewed((), 0, False, False, False, ()), Level.STRAIGHTFORWARD),
    (DataReviewed(("cbc",), 0, False, False, False, ()), Level.STRAIGHTFORWARD),
    (DataReviewed(("cbc", "tsh"), 0, False, False, False, ()), Level.LOW),
    (DataReviewed(("cbc",), 1, False, False, False, ()), Level.LOW),
    (DataReviewed((), 0, True, False, False, ()), Level.LOW),
    (DataReviewed(("cbc", "tsh", "bmp"), 0, False, False, False, ()), Level.MODERATE),
    (DataReviewed(("cbc", "tsh"), 0, True, False, False, ()), Level.MODERATE),
    (DataReviewed((), 0, False, True, False, ()), Level.MODERATE),
    (DataReviewed((), 0, False, False, True, ()), Level.MODERATE),
    (DataReviewed(("cbc", "tsh", "bmp"), 0, False, True, False, ()), Level.HIGH),
    (DataReviewed((), 0, False, True, True, ()), Level.HIGH),
]


@pytest.mark.parametrize(("data", "level"), DATA)
def test_data_by_categories(data: DataReviewed, level: Level) -> None:
    assert rate_data(data) is level


def _read_cases() -> list[tuple[str, dict[str, str], set[str]]]:
    lines = [line for line in CASES.read_text("utf8").splitlines() if not line.startswith("# ")]
    cases = []
    for block in "\n".join(lines).split("\n\n"):
        note, _, expected = block.strip().partition("=>")
        settings: dict[str, str] = {}
        if note.startswith("["):
            head, _, note = note.partition("]")
            settings = dict(item.strip().split("=") for item in head[1:].split(","))
        if note.strip():
            cases.append((note.strip(), settings, set(expected.split()) - {"none"}))
    return cases


@pytest.mark.parametrize(("note", "settings", "expected"), _read_cases(), ids=lambda value: str(value)[:50])
def test_a_note_is_reported_as_the_visit(
    coder: ProcedureCoder, catalogue: Catalogue, note: str, settings: dict[str, str], expected: set[str]
) -> None:
    found = {
        "-".join((candidate.service.code.compact, *candidate.modifiers))
        for candidate in _find(coder, note, **settings).candidates
        if candidate.score >= SUGGESTED and _is_visit(catalogue, candidate.service.family)
    }
    assert found == expected


def _is_visit(catalogue: Catalogue, family: str) -> bool:
    return catalogue.families[family].kind is FamilyKind.VISIT or family == "postoperative_visit"


NOTE = (
    "CC: Cough.\nHPI: Cough for a week.\nEXAM: Lungs clear.\nASSESSMENT: Acute bronchitis.\n"
    "PLAN: Honey, fluids, guaifenesin over the counter."
)


def test_an_unknown_relation_gives_alternatives_and_a_question(coder: ProcedureCoder) -> None:
    findings = _find(coder, NOTE, status="unknown")
    visit = findings.candidates[0]
    assert visit.service.code == Cpt("99213")
    assert Cpt("99203") in {service.code for service in visit.alternatives}
    assert [query.about for query in findings.queries] == ["patient_status"]
    assert {"99213", "99203"} <= set(findings.queries[0].would_change)


def test_the_note_tells_the_relation_when_the_encounter_does_not(coder: ProcedureCoder) -> None:
    findings = _find(coder, "New patient, establishing care.\n" + NOTE, status="unknown")
    assert findings.candidates[0].service.code == Cpt("99203")
    assert findings.queries == ()


def test_a_level_shows_its_three_elements_with_their_source(coder: ProcedureCoder) -> None:
    visit = _find(coder, NOTE).candidates[0]
    shown = {entry.rule_id: entry for entry in visit.rationale}
    assert {"em.problems", "em.data", "em.risk", "em.level"} <= shown.keys()
    assert "bronchitis" in shown["em.problems"].text
    assert all("CPT E/M guidelines" in entry.source for entry in shown.values())
    assert {piece.quote for piece in visit.evidence} >= {"Acute bronchitis", "over the counter"}


def test_modifier_25_names_what_was_managed_apart(coder: ProcedureCoder) -> None:
    note = (
        "CC: Wart.\nHPI: Wart and high pressure.\nEXAM: BP 160/95.\nASSESSMENT AND PLAN:\n"
        "1. Wart, left hand. Frozen with liquid nitrogen today.\n"
        "2. Hypertension, not at goal. Start amlodipine 5 mg daily."
    )
    visits = [c for c in _find(coder, note).candidates if c.service.family == "office_visit"]
    assert [visit.modifiers for visit in visits] == [("25",)]
    texts = [entry.text for entry in visits[0].rationale if entry.rule_id == "modifier.separate_visit"]
    assert texts == ["25: the visit managed something apart from what was done: Hypertension."]


def test_prolonged_time_adds_quarter_hours(coder: ProcedureCoder) -> None:
    note = NOTE + " Total time on the date of the encounter 75 minutes."
    found = {c.service.code.compact: c.units for c in _find(coder, note).candidates}
    assert found["99215"] == 1
    assert found["99417"] == 2
    found = {c.service.code.compact: c.units for c in _find(coder, note, payer="medicare", age="70").candidates}
    assert found["G2212"] == 1
    assert "99417" not in found


def test_talk_therapy_beside_medicines_is_an_add_on(coder: ProcedureCoder) -> None:
    note = (
        "HPI: Depression, low mood.\nEXAM: Affect flat.\nASSESSMENT: Major depressive disorder, worsening.\n"
        "PLAN: Increase sertraline to 100 mg. Individual psychotherapy session, 45 minutes."
    )
    found = {c.service.code.compact for c in _find(coder, note).candidates}
    assert {"99214", "90836"} <= found
    assert "90834" not in found
