"""A noun made without validation is the one that validation makes, field for field; what it refuses is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data.claims import Claim, ClaimForm, ClaimLine, ClaimPatient, Procedure, UnitBasis
from data.codes import Cpt, Hcpcs, Icd10Cm
from data.notes import Payer, PayerKind, Sex
from data.noun import Noun
from data.remittances import Adjustment, AdjustmentGroup, Remittance, RemittanceLine
from data.x12.nouns import make_adjustment, make_answer, make_claim, make_line, make_patient, make_remittance

Values = dict[str, Any]
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
# Around each bound, and what texts of a file may hold: other digits, control characters, nothing.
TEXTS = (
    st.text(st.sampled_from("A1²é \x00\x7f\u2028"), max_size=4)
    | st.sampled_from([20, 21, 48, 49, 50, 51, 128]).map(lambda size: "X" * size)
    | st.just("X" * 129)
)
MAYBE_TEXTS = st.none() | TEXTS.filter(bool)
CENTS = st.integers(-3, 3) | st.sampled_from([n * 10**12 + d for n in (-1, 1) for d in (-1, 0, 1)])
PROCEDURES = st.sampled_from([Procedure.of(Cpt("99214")), Procedure.of(Hcpcs("J1885"))])
MODIFIERS = st.lists(st.sampled_from(["25", "XU"]), max_size=4).map(tuple)
REVENUE = st.none() | st.just("0450")
REMARKS = st.lists(st.sampled_from(["N130", "MA01"]), max_size=2).map(tuple)

LINES = {
    "line_number": st.sampled_from([1, 2, 999, 1000, 9999]),
    "procedure": PROCEDURES,
    "modifiers": MODIFIERS,
    "diagnosis_pointers": st.lists(st.integers(1, 25), max_size=14).map(tuple),
    "units": st.sampled_from([1, 99_999, 100_000]),
    "unit_basis": st.sampled_from(UnitBasis),
    "charge_cents": CENTS,
    "service_date": DAYS,
    "service_end_date": st.none() | DAYS,
    "place_of_service": st.none() | st.sampled_from(["11", "²²", "1²", "٣٣"]),
    "revenue_code": REVENUE,
    "control_number": MAYBE_TEXTS,
}
PATIENTS = {
    "age_years": st.none() | st.integers(0, 130),
    "sex": st.sampled_from(Sex),
    "status": st.none(),
    "patient_id": TEXTS,
}
LINE = ClaimLine(line_number=1, procedure=Procedure.of(Cpt("99214")), charge_cents=1, service_date=date(2026, 1, 1))
CLAIMS = {
    "claim_id": TEXTS,
    "form": st.sampled_from(ClaimForm),
    "payer": st.sampled_from(PayerKind).map(lambda kind: Payer(payer_id="P1", kind=kind)),
    "billing_npi": TEXTS,
    "rendering_npi": TEXTS,
    "rendering_taxonomy": TEXTS,
    "patient": st.just(ClaimPatient(patient_id="M1")),
    "diagnoses": st.integers(0, 26).map(lambda count: (Icd10Cm("I10"),) * count),
    "icd9_diagnoses": st.integers(0, 26).map(lambda count: ("4019",) * count),
    "prior_authorization": MAYBE_TEXTS,
    "payer_control_number": MAYBE_TEXTS,
    "facility_type": st.none() | st.sampled_from(["13", "8A", "8a", "1²", "²²"]),
    "frequency_code": st.sampled_from(["1", "A", "a", "²", "*"]),
    "prepared_on": DAYS,
    "encounter_id": st.none(),
    "revenue_lines": st.just(()),
    "lines": st.just((LINE,)),
}
ADJUSTMENTS = {
    "group": st.sampled_from(AdjustmentGroup),
    "carc": st.sampled_from(["45", "A1", "253"]),
    "rarc": st.none(),
    "amount_cents": CENTS,
    "quantity": st.none() | st.integers(-5, 5),
}
ADJUSTED = st.just((Adjustment(group=AdjustmentGroup.CONTRACTUAL, carc="45", amount_cents=1),)) | st.just(())
ANSWERS = {
    "line_number": st.integers(1, 2000),
    "charge_cents": CENTS,
    "paid_cents": CENTS,
    "adjustments": ADJUSTED,
    "procedure": MAYBE_TEXTS,
    "paid_procedure": st.none() | TEXTS,
    "modifiers": MODIFIERS,
    "revenue_code": REVENUE,
    "service_date": st.none() | DAYS,
    "control_number": MAYBE_TEXTS,
    "remarks": REMARKS,
}
REMITTANCES = {
    "claim_id": TEXTS,
    "adjudicated_on": st.none() | DAYS,
    "lines": st.just((RemittanceLine(line_number=1, charge_cents=1, paid_cents=1),)) | st.just(()),
    "status_code": st.sampled_from(["", "1", "22", "²", "222", "A"]),
    "charge_cents": CENTS,
    "paid_cents": CENTS,
    "patient_cents": st.none() | CENTS,
    "payer_id": TEXTS,
    "payer_control_number": MAYBE_TEXTS,
    "payment_number": MAYBE_TEXTS,
    "adjustments": ADJUSTED,
    "remarks": REMARKS,
}
MAKERS: list[tuple[Callable[[Values], Noun], type[Noun], dict[str, st.SearchStrategy[Any]], set[str]]] = [
    (make_line, ClaimLine, LINES, set()),
    (make_patient, ClaimPatient, PATIENTS, {"status"}),
    (make_claim, Claim, CLAIMS, {"encounter_id"}),
    (make_adjustment, Adjustment, ADJUSTMENTS, {"rarc"}),
    (make_answer, RemittanceLine, ANSWERS, set()),
    (make_remittance, Remittance, REMITTANCES, set()),
]


@st.composite
def mostly_usual(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]]) -> Values:
    """Values around the bounds in a few fields only: otherwise hardly any would ever be accepted."""
    usual = {name: USUAL.get(name) for name in fields} | {
        name: draw(strategy) for name, strategy in fields.items() if name not in USUAL
    }
    unusual = draw(st.sets(st.sampled_from(sorted(fields)), max_size=3))
    return {name: draw(fields[name]) if name in unusual else usual[name] for name in fields}


USUAL: Values = {
    "line_number": 1,
    "units": 1,
    "charge_cents": 100,
    "paid_cents": 60,
    "patient_cents": None,
    "amount_cents": 40,
    "diagnosis_pointers": (1,),
    "place_of_service": "11",
    "control_number": "B",
    "patient_id": "M1",
    "claim_id": "c1",
    "billing_npi": "1234567893",
    "rendering_npi": "",
    "rendering_taxonomy": "",
    "diagnoses": (),
    "icd9_diagnoses": (),
    "prior_authorization": None,
    "payer_control_number": None,
    "facility_type": None,
    "frequency_code": "1",
    "procedure": None,
    "paid_procedure": None,
    "status_code": "1",
    "adjudicated_on": date(2026, 4, 1),
    "payer_id": "P1",
    "payment_number": None,
}


@pytest.mark.parametrize(("make", "kind", "fields", "unsaid"), MAKERS, ids=[kind.__name__ for _, kind, _, _ in MAKERS])
@settings(max_examples=150)
@given(data=st.data())
def test_what_is_made_is_what_validation_makes(
    make: Callable[[Values], Noun],
    kind: type[Noun],
    fields: dict[str, st.SearchStrategy[Any]],
    unsaid: set[str],
    data: st.DataObject,
) -> None:
    values = data.draw(mostly_usual(fields))
    if kind is ClaimLine:
        values["procedure"] = data.draw(PROCEDURES)
    said = {name: value for name, value in values.items() if name not in unsaid}
    try:
        expected = kind(**said)
    except ValidationError:
        with pytest.raises(ValidationError):
            make(values)
        return
    made = make(values)
    assert made == expected
    assert (made.model_dump_json(), made.model_fields_set) == (expected.model_dump_json(), expected.model_fields_set)
    assert [type(value) for value in made.__dict__.values()] == [type(value) for value in expected.__dict__.values()]
    assert list(made.__dict__) == list(expected.__dict__)
    assert kind.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(("make", "kind", "fields", "unsaid"), MAKERS, ids=[kind.__name__ for _, kind, _, _ in MAKERS])
def test_usual_values_are_not_validated_again(
    make: Callable[[Values], Noun], kind: type[Noun], fields: dict[str, st.SearchStrategy[Any]], unsaid: set[str]
) -> None:
    """What the readers of values vouch for, such as a date being one, is taken as it is."""
    untouched = object()
    trusted = next(name for name in fields if name not in USUAL and name not in unsaid)
    made = make({name: untouched if name == trusted else USUAL.get(name) for name in fields} | _sized(kind))
    assert getattr(made, trusted) is untouched


def _sized(kind: type[Noun]) -> Values:
    return {"revenue_lines": (), "lines": (LINE,)} if kind is Claim else {}
