"""The draft claim: a table of what a coder decided and what the claim says."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.coding.claim_draft import draft_claim
from api.coding.schemas import ClaimRequest
from api.errors import ConflictError
from data.claims import Claim
from data.decisions import Decision, RecordedDecision
from data.notes import Encounter
from data.store.encounter_rows import StoredEncounter
from data.suggestions import Suggestion, SuggestionSet

AT = datetime(2026, 3, 20, tzinfo=UTC)

LINKS = ("A01.1", "A01.2", "A01.3", "A01.4", "A01.5")
SUGGESTIONS = {
    "dm": ("icd10cm", "E11.22", "first_listed", 2, ()),
    "ckd": ("icd10cm", "N18.32", "secondary", 1, ()),
    "visit": ("cpt", "99214", "procedure", 3, ("E11.22", "N18.32")),
    "test": ("cpt", "81002", "procedure", 4, ("N18.32",)),
    "drug": ("hcpcs", "J1885", "procedure", 5, ()),
    "stay": ("icd10pcs", "0DTJ4ZZ", "procedure", 6, ()),
    "many": ("cpt", "99215", "procedure", 7, LINKS),
}


def suggestion(name: str) -> Suggestion:
    system, code, role, rank, linked = SUGGESTIONS[name]
    return Suggestion.model_validate(
        {
            "suggestion_id": name,
            "system": system,
            "code": code,
            "term": "",
            "probability": 0.9,
            "tier": "suggested",
            "rank": rank,
            "role": role,
            "linked_diagnoses": linked,
        }
    )


def draft(*decided: dict[str, Any], request: dict[str, Any] | None = None, **encounter: Any) -> Claim:
    """Each decision names its suggestion; `outcome` is accepted unless given."""
    base = {
        "encounter_id": "e1",
        "date_of_service": "2026-03-14",
        "patient": {"age_years": 57, "sex": "female"},
        "payer": {"payer_id": "P1", "kind": "medicare"},
        "documents": [{"document_id": "d1", "text": "a note"}],
    }
    stored = StoredEncounter(
        encounter=Encounter.model_validate(base | encounter),
        profile="outpatient",
        suggestion_set=SuggestionSet(
            encounter_id="e1",
            suggestion_set_id="s",
            model_version="m",
            code_set_releases={},
            suggestions=tuple(suggestion(name) for name in SUGGESTIONS),
        ),
        decisions=tuple(
            RecordedDecision(decision_id=str(n), decision=_decision(one), decided_by="coder", decided_at=AT)
            for n, one in enumerate(decided)
        ),
        version=2,
        created_by="coder",
        created_at=AT,
    )
    return draft_claim(stored, ClaimRequest.model_validate(request or {}), on=date(2026, 3, 20))


def _decision(given: dict[str, Any]) -> Decision:
    name = given.pop("on", None)
    system, code = SUGGESTIONS[name][:2] if name else (given.pop("system"), given.pop("code"))
    outcome = given.pop("outcome", "accepted" if name else "added")
    return Decision(suggestion_id=name, outcome=outcome, system=system, code=code, **given)


def lines_of(claim: Claim) -> list[tuple[str, tuple[int, ...]]]:
    return [(line.procedure.code.compact, line.diagnosis_pointers) for line in claim.lines]


def codes_of(claim: Claim) -> list[str]:
    return [code.dotted for code in claim.diagnoses]


def added(code: str, system: str = "icd10cm", **more: Any) -> dict[str, Any]:
    return {"system": system, "code": code, **more}


# What was decided, the diagnoses in sequence, the lines with their pointers.
DRAFTS: list[tuple[str, list[dict[str, Any]], list[str], list[tuple[str, tuple[int, ...]]]]] = [
    (
        "the first-listed diagnosis leads whatever its rank",
        [{"on": "ckd"}, {"on": "visit"}, {"on": "dm"}],
        ["E11.22", "N18.32"],
        [("99214", (1, 2))],
    ),
    (
        "a replaced diagnosis keeps its place and its links",
        [{"on": "dm", "outcome": "replaced", "replaced_by": "E11.21"}, {"on": "ckd"}, {"on": "visit"}],
        ["E11.21", "N18.32"],
        [("99214", (1, 2))],
    ),
    (
        "a rejected diagnosis is pointed to by nobody",
        [{"on": "dm"}, {"on": "ckd", "outcome": "rejected"}, {"on": "visit"}, {"on": "test"}],
        ["E11.22"],
        [("99214", (1,)), ("81002", ())],
    ),
    (
        "deferred is not accepted",
        [{"on": "dm", "outcome": "deferred"}, {"on": "ckd"}, {"on": "visit"}],
        ["N18.32"],
        [("99214", (1,))],
    ),
    (
        "the last decision stands",
        [{"on": "dm", "outcome": "rejected"}, {"on": "dm"}, {"on": "visit"}],
        ["E11.22"],
        [("99214", (1,))],
    ),
    (
        "added codes follow in their order",
        [added("I10"), {"on": "dm"}, added("Z79.84"), added("99213", "cpt"), {"on": "visit"}],
        ["E11.22", "I10", "Z79.84"],
        [("99214", (1,)), ("99213", ())],
    ),
    (
        "an added code that is taken back is gone",
        [{"on": "dm"}, added("I10"), added("I10", outcome="rejected"), {"on": "visit"}],
        ["E11.22"],
        [("99214", (1,))],
    ),
    (
        "two ways to one diagnosis give it once",
        [{"on": "dm", "outcome": "replaced", "replaced_by": "N18.32"}, {"on": "ckd"}, {"on": "visit"}],
        ["N18.32"],
        [("99214", (1,))],
    ),
    (
        "an added diagnosis is found by the links that name it",
        [added("N18.32"), {"on": "dm"}, {"on": "test"}],
        ["E11.22", "N18.32"],
        [("81002", (2,))],
    ),
    (
        "without a link a single diagnosis is meant",
        [{"on": "dm"}, {"on": "drug"}],
        ["E11.22"],
        [("J1885", (1,))],
    ),
    (
        "without a link none of several is guessed",
        [{"on": "dm"}, {"on": "ckd"}, {"on": "drug"}],
        ["E11.22", "N18.32"],
        [("J1885", ())],
    ),
    (
        "an inpatient procedure code is no line",
        [{"on": "dm"}, {"on": "stay"}, {"on": "visit"}],
        ["E11.22"],
        [("99214", (1,))],
    ),
    (
        "a replaced procedure keeps its links",
        [{"on": "dm"}, {"on": "visit", "outcome": "replaced", "replaced_by": "99213"}],
        ["E11.22"],
        [("99213", (1,))],
    ),
]


@pytest.mark.parametrize(("decided", "diagnoses", "lines"), [row[1:] for row in DRAFTS], ids=[row[0] for row in DRAFTS])
def test_a_draft_holds_what_stands(
    decided: list[dict[str, Any]], diagnoses: list[str], lines: list[tuple[str, tuple[int, ...]]]
) -> None:
    claim = draft(*(dict(one) for one in decided))
    assert (codes_of(claim), lines_of(claim)) == (diagnoses, lines)


def test_modifiers_and_units_are_the_decision_s() -> None:
    (line,) = draft({"on": "visit", "modifiers": ("25",), "units": 3}).lines
    assert (line.modifiers, line.units, line.charge_cents, line.line_number) == (("25",), 3, 0, 1)


def test_a_charge_is_by_the_unit() -> None:
    charges = [{"system": "cpt", "code": "99214", "charge_cents": 18500}]
    claim = draft({"on": "visit", "units": 2}, {"on": "drug"}, request={"charges": charges})
    assert [line.charge_cents for line in claim.lines] == [37000, 0]


def test_five_links_become_four_pointers() -> None:
    (line,) = draft(*(added(code) for code in LINKS), {"on": "many"}).lines
    assert line.diagnosis_pointers == (1, 2, 3, 4)


def test_the_encounter_gives_the_rest() -> None:
    claim = draft({"on": "visit"})
    assert (claim.claim_id, claim.encounter_id, claim.form) == ("e1-claim", "e1", "professional")
    assert (claim.payer.payer_id, claim.patient.patient_id, claim.patient.age_years) == ("P1", "e1", 57)
    assert (claim.prepared_on, claim.lines[0].service_date) == (date(2026, 3, 20), date(2026, 3, 14))


@pytest.mark.parametrize(
    ("setting", "place"),
    [("office", "11"), ("ed", "23"), ("asc", "24"), ("inpatient", "21"), ("telehealth", "10"), ("other", None)],
)
def test_the_setting_is_the_place_of_service(setting: str, place: str | None) -> None:
    assert draft({"on": "visit"}, setting=setting).lines[0].place_of_service == place


def test_a_facility_bills_institutionally() -> None:
    assert draft({"on": "visit"}, perspective="facility").form == "institutional"


def test_the_request_gives_what_the_encounter_does_not_hold() -> None:
    request = {
        "claim_id": "c7",
        "patient_id": "p7",
        "payer": {"payer_id": "P9"},
        "billing_npi": "1234567893",
        "prepared_on": "2026-03-15",
    }
    claim = draft({"on": "visit"}, request=request)
    assert (claim.claim_id, claim.patient.patient_id, claim.payer.payer_id) == ("c7", "p7", "P9")
    assert (claim.billing_npi, claim.prepared_on) == ("1234567893", date(2026, 3, 15))


@pytest.mark.parametrize(
    ("decided", "encounter", "reason"),
    [
        ([], {}, "no procedure"),
        ([{"on": "dm"}], {}, "no procedure"),
        ([{"on": "stay"}], {}, "no procedure"),
        ([{"on": "visit"}], {"payer": None}, "no payer"),
        ([{"on": "visit"}, *(added(f"A{n:02}") for n in range(26))], {}, "no single claim"),
    ],
)
def test_what_gives_no_claim_is_told(decided: list[dict[str, Any]], encounter: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConflictError, match=reason):
        draft(*(dict(one) for one in decided), **encounter)
