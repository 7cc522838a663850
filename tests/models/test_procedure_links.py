"""Which diagnosis a line points to, as `enter_procedures` links it."""

from collections.abc import Sequence

import pytest

from data.catalogue import Catalogue, load_catalogue
from data.codes import CodeSystem, Cpt
from data.suggestions import Evidence, Role, Tier
from models.coding.answer import Entry
from models.coding.link import enter_procedures
from models.coding.policy import ProfilePolicy
from models.coding.procedures import ProcedureCandidate
from models.coding.procedures.events import Known

_POLICY = ProfilePolicy(candidate=0.1, suggested=0.5, limit=20)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _evidence(start: int) -> tuple[Evidence, ...]:
    return (Evidence(document_id="d1", start=start, end=start + 4, quote="word"),)


def _diagnosis(code: str, term: str, start: int) -> Entry:
    return Entry(CodeSystem.ICD10CM, code, term, 0.9, Tier.SUGGESTED, Role.SECONDARY, _evidence(start))


def _service(catalogue: Catalogue, code: str, side: str = "") -> ProcedureCandidate:
    service = catalogue.get(Cpt(code))
    known = {"laterality": Known(side)} if side else {}
    reasons = catalogue.families[service.family].reasons
    return ProcedureCandidate(service, 0.9, _evidence(100), known, (), 1, (), (), reasons)


def _pointers(candidate: ProcedureCandidate, diagnoses: Sequence[Entry]) -> list[str]:
    (entry,) = enter_procedures([candidate], diagnoses, _POLICY)
    return [code.dotted for code in entry.linked_diagnoses]


def test_a_usual_reason_goes_before_a_nearer_diagnosis(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("I10", "Hypertension", 96), _diagnosis("H61.21", "Impacted cerumen, right ear", 900)]
    assert _pointers(_service(catalogue, "69210"), diagnoses) == ["H61.21"]


def test_without_a_usual_reason_the_first_listed_stands(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("I10", "Hypertension", 400), _diagnosis("E11.9", "Diabetes", 200)]
    assert _pointers(_service(catalogue, "69210"), diagnoses) == ["I10"]


@pytest.mark.parametrize(("side", "expected"), [("right", "M17.11"), ("left", "M75.42"), ("bilateral", "M75.42")])
def test_a_diagnosis_of_the_other_side_is_no_reason(catalogue: Catalogue, side: str, expected: str) -> None:
    diagnoses = [
        _diagnosis("M75.42", "Impingement syndrome of left shoulder", 110),
        _diagnosis("M17.11", "Primary osteoarthritis, right knee", 900),
    ]
    assert _pointers(_service(catalogue, "20610", side), diagnoses) == [expected]


def test_a_visit_points_to_all_in_order_and_a_talk_to_its_reason(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("J44.9", "Chronic lung disease", 10), _diagnosis("F17.210", "Cigarettes", 900)]
    assert _pointers(_service(catalogue, "99213"), diagnoses) == ["J44.9", "F17.210"]
    assert _pointers(_service(catalogue, "99406"), diagnoses) == ["F17.210"]
