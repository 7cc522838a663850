"""Which diagnosis a line points to, as `enter_procedures` links it."""

from collections.abc import Sequence

import pytest

from data.catalogue import Catalogue, load_catalogue
from data.codes import CodeSystem, Cpt, Hcpcs, ProcedureCode
from data.suggestions import Evidence, Role, Tier
from models.coding.answer import Entry
from models.coding.link import enter_procedures
from models.coding.policy import ProfilePolicy
from models.coding.procedures import ProcedureCandidate
from models.coding.procedures.events import Known
from models.coding.procedures.lines import Line
from models.coding.procedures.reasons import find_reasons

_POLICY = ProfilePolicy(candidate=0.1, suggested=0.5, limit=20)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _evidence(start: int) -> tuple[Evidence, ...]:
    return (Evidence(document_id="d1", start=start, end=start + 4, quote="word"),)


def _diagnosis(code: str, term: str, start: int, tier: Tier = Tier.SUGGESTED) -> Entry:
    return Entry(CodeSystem.ICD10CM, code, term, 0.9, tier, Role.SECONDARY, _evidence(start))


def _service(catalogue: Catalogue, code: str, side: str = "", site: str = "") -> ProcedureCandidate:
    service = catalogue.get(Cpt(code))
    known = {key: Known(value) for key, value in (("laterality", side), ("site", site)) if value}
    reasons = catalogue.reasons_of(service)
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


def test_a_likelier_reason_goes_before_a_nearer_one(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("I12.9", "Hypertensive kidney disease", 96), _diagnosis("E87.5", "Hyperkalemia", 390)]
    assert _pointers(_service(catalogue, "93000"), diagnoses) == ["E87.5"]
    assert _pointers(_service(catalogue, "93000"), diagnoses[:1]) == ["I12.9"]


@pytest.mark.parametrize(("site", "expected"), [("shoulder", "M75.41"), ("hip", "M17.11")])
def test_a_diagnosis_of_the_same_site_goes_first(catalogue: Catalogue, site: str, expected: str) -> None:
    diagnoses = [
        _diagnosis("M17.11", "Unilateral primary osteoarthritis, right knee", 110),
        _diagnosis("M75.41", "Impingement syndrome of right shoulder", 500),
    ]
    assert _pointers(_service(catalogue, "20610", site=site), diagnoses) == [expected]


def _line(catalogue: Catalogue, code: ProcedureCode, start: int) -> Line:
    return Line(catalogue.get(code), 0.9, _evidence(start))


def test_giving_a_medicine_has_the_reasons_of_the_medicine(catalogue: Catalogue) -> None:
    vitamin, saline = _line(catalogue, Hcpcs("J3420"), 20), _line(catalogue, Hcpcs("J7030"), 60)
    given = find_reasons(_line(catalogue, Cpt("96372"), 20), (vitamin, saline), catalogue)
    assert given == catalogue.reasons_of(vitamin.service)
    assert find_reasons(_line(catalogue, Cpt("20610"), 20), (vitamin,), catalogue) == catalogue.reasons_of(
        catalogue.get(Cpt("20610"))
    )


def test_reasons_of_a_service_go_before_those_of_its_family(catalogue: Catalogue) -> None:
    own, family = catalogue.reasons["49082"], catalogue.reasons["emergency_procedure"]
    assert catalogue.reasons_of(catalogue.get(Cpt("49082"))) == (*own, *family)


def test_a_doubtful_usual_reason_goes_before_suggested_diagnoses_that_are_none(catalogue: Catalogue) -> None:
    """The suggested one follows, so that a claim without the doubtful one points to it."""
    wax = _diagnosis("H61.21", "Impacted cerumen, right ear", 900, Tier.CANDIDATE)
    suggested = [_diagnosis("I10", "Hypertension", 96)]
    assert _pointers(_service(catalogue, "69210"), [*suggested, wax]) == ["H61.21", "I10"]
    assert _pointers(_service(catalogue, "69210", "left"), [*suggested, wax]) == ["I10"]
    assert _pointers(_service(catalogue, "99213"), [*suggested, wax]) == ["I10"]


def test_a_suggested_usual_reason_needs_no_doubtful_one(catalogue: Catalogue) -> None:
    doubtful = _diagnosis("E87.5", "Hyperkalemia", 96, Tier.CANDIDATE)
    suggested = _diagnosis("I12.9", "Hypertensive kidney disease", 900)
    assert _pointers(_service(catalogue, "93000"), [suggested, doubtful]) == ["I12.9"]


def test_a_vaccine_is_for_immunization_even_when_that_is_doubtful(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("R16.1", "Enlarged spleen", 96), _diagnosis("Z23", "Immunization", 900, Tier.CANDIDATE)]
    assert _pointers(_service(catalogue, "90471"), diagnoses) == ["Z23", "R16.1"]


def test_without_a_suggested_diagnosis_a_visit_points_to_the_doubtful_ones(catalogue: Catalogue) -> None:
    diagnoses = [
        _diagnosis("I10", "Hypertension", 96, Tier.CANDIDATE),
        _diagnosis("E11.9", "Diabetes", 200, Tier.CANDIDATE),
    ]
    assert _pointers(_service(catalogue, "99213"), diagnoses) == ["I10", "E11.9"]


@pytest.mark.parametrize(("code", "expected"), [("80305", "Z79.891"), ("71046", "M96.1")])
def test_a_status_is_a_reason_only_where_it_is_the_likeliest(catalogue: Catalogue, code: str, expected: str) -> None:
    diagnoses = [_diagnosis("M96.1", "Postlaminectomy syndrome", 96), _diagnosis("Z79.891", "Opioid use", 900)]
    assert _pointers(_service(catalogue, code), diagnoses) == [expected]


def test_receptors_of_a_growth_are_no_reason_beside_the_growth(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("Z17.0", "Receptors positive", 100), _diagnosis("N63.0", "Lump in breast", 900)]
    assert _pointers(_service(catalogue, "36415"), diagnoses) == ["N63.0"]


def test_a_side_speaks_before_a_rank_but_after_being_a_reason(catalogue: Catalogue) -> None:
    wax = _diagnosis("H61.21", "Impacted cerumen, right ear", 110)
    assert _pointers(_service(catalogue, "69210", "left"), [_diagnosis("I10", "Hypertension", 96), wax]) == ["H61.21"]


@pytest.mark.parametrize("effect", ["T38.3X5A", "T45.515A", "T46.1X6A"])
def test_the_effect_of_a_medicine_goes_after_what_it_led_to(catalogue: Catalogue, effect: str) -> None:
    diagnoses = [_diagnosis(effect, "Effect of a medicine", 100), _diagnosis("E11.649", "Low blood sugar", 900)]
    assert _pointers(_service(catalogue, "93010"), diagnoses) == ["E11.649"]
    assert _pointers(_service(catalogue, "99213"), diagnoses) == ["E11.649"]
    assert _pointers(_service(catalogue, "93010"), diagnoses[:1]) == [effect]


def test_a_poisoning_may_be_the_first_reason(catalogue: Catalogue) -> None:
    diagnoses = [_diagnosis("T38.3X1A", "Poisoning by insulin", 100), _diagnosis("E11.649", "Low blood sugar", 900)]
    assert _pointers(_service(catalogue, "99284"), diagnoses) == ["T38.3X1A", "E11.649"]


@pytest.mark.parametrize(
    ("code", "stated", "doubtful", "expected"),
    [
        ("96413", "C18.0", "Z51.11", ["Z51.11", "C18.0"]),
        ("45385", "K63.5", "Z12.11", ["Z12.11", "K63.5"]),
        ("45385", "Z12.11", "Z12.12", ["Z12.11"]),
        ("76536", "Z85.850", "E04.1", ["Z85.850"]),
    ],
)
def test_a_likelier_doubtful_reason_of_the_encounter_goes_before_a_stated_one(
    catalogue: Catalogue, code: str, stated: str, doubtful: str, expected: list[str]
) -> None:
    diagnoses = [_diagnosis(stated, "Stated", 96), _diagnosis(doubtful, "Doubtful", 900, Tier.CANDIDATE)]
    assert _pointers(_service(catalogue, code), diagnoses) == expected


def test_a_pregnancy_test_is_for_the_problem_that_asks_for_it(catalogue: Catalogue) -> None:
    negative = _diagnosis("Z32.02", "Pregnancy test, result negative", 100, Tier.CANDIDATE)
    assert _pointers(_service(catalogue, "81025"), [_diagnosis("N75.1", "Abscess", 900), negative]) == ["N75.1"]
