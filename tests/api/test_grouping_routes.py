"""The MS-DRG and the risk categories of an encounter, over HTTP and on the coder's page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from data.codes import Icd10Cm
from data.stays import Group, GrouperMissingError, GroupingError, GroupKind, Level, Stay
from models.grouping.grouper import Ranked
from models.grouping.risk_categories import RiskCategory

Json = dict[str, Any]
SURGICAL = "0DTJ4ZZ"


class FakeGrouper:
    """The group is the number of secondary diagnoses."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[Stay] = []

    def version_of(self, stay: Stay) -> str:
        return "MS-DRG v0"

    def group(self, stays: Sequence[Stay]) -> list[Group]:
        if self.error:
            raise self.error
        self.asked += stays
        return [Group(drg=f"{len(stay.secondary):03}", title="A group", kind=GroupKind.MEDICAL) for stay in stays]

    def rank_secondary(self, stay: Stay, group: Group) -> list[Ranked]:
        return [Ranked(code, Level.MCC) for code in stay.secondary]


class FakeRiskAdjustment:
    def find(self, code: Icd10Cm, year: int) -> tuple[RiskCategory, ...]:
        found = RiskCategory(code=code, payment_year=year + 1, category="HCC 1", label="A category")
        return (found,) if code.dotted == "E11.22" else ()


@pytest.fixture
def grouper() -> FakeGrouper:
    return FakeGrouper()


@pytest.fixture
def ward(world: Any, grouper: FakeGrouper) -> Iterator[TestClient]:
    services = replace(world.services, grouper=grouper, risk_adjustment=FakeRiskAdjustment())
    app = create_app(world.app.state.settings, services)
    with replace(world, app=app, services=services).client() as client:
        yield client


@pytest.fixture
def stay(ward: TestClient, encounter: Json) -> Json:
    encounter["setting"] = "inpatient"
    assert ward.post("/v1/encounters", json=encounter).status_code == 201
    return encounter


def decide(client: TestClient, *decisions: Json) -> None:
    answer = client.post("/v1/encounters/e1/decisions", json={"decisions": decisions}, headers={"If-Match": '"1"'})
    assert answer.status_code == 201, answer.text


@pytest.mark.usefixtures("stay")
def test_before_decisions_the_suggested_codes_are_grouped(ward: TestClient) -> None:
    body = ward.get("/v1/encounters/e1/drg").json()
    assert (body["basis"], body["principal"], body["group"]["drg"]) == ("suggested", "E11.22", "001")
    (one,) = body["secondary"]
    assert (one["code"], one["level"], one["drg_without"], one["changes_group"]) == ("N18.32", "mcc", "000", True)


@pytest.mark.usefixtures("stay")
def test_accepted_and_added_codes_take_the_place_of_suggested_ones(ward: TestClient, grouper: FakeGrouper) -> None:
    accepted = {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"}
    added = {"suggestion_id": None, "outcome": "added", "system": "icd10pcs", "code": SURGICAL}
    decide(ward, accepted, added)
    body = ward.get("/v1/encounters/e1/drg?discharge_status=20").json()
    assert (body["basis"], body["secondary"], body["procedures"]) == ("accepted", [], [SURGICAL])
    assert not grouper.asked[0].is_alive


def test_an_office_visit_has_no_group(ward: TestClient, encounter: Json) -> None:
    ward.post("/v1/encounters", json=encounter)
    answer = ward.get("/v1/encounters/e1/drg")
    assert (answer.status_code, answer.json()["detail"]) == (409, "only an inpatient stay falls into an MS-DRG")
    assert "MS-DRG" not in ward.get("/coding/e1").text


@pytest.mark.usefixtures("stay")
@pytest.mark.parametrize(
    ("error", "status"),
    [(GroupingError("no group for this stay"), 409), (GrouperMissingError("the package is not installed"), 503)],
)
def test_what_fails_is_told(ward: TestClient, grouper: FakeGrouper, error: Exception, status: int) -> None:
    grouper.error = error
    answer = ward.get("/v1/encounters/e1/drg")
    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


@pytest.mark.usefixtures("stay")
@pytest.mark.parametrize("status", ["1", "home", "001"])
def test_a_malformed_discharge_status_is_refused(ward: TestClient, status: str) -> None:
    assert ward.get(f"/v1/encounters/e1/drg?discharge_status={status}").status_code == 422


@pytest.mark.usefixtures("stay")
def test_risk_categories_are_listed_as_facts(ward: TestClient) -> None:
    (one,) = ward.get("/v1/encounters/e1/risk-categories").json()["risk_categories"]
    assert (one["code"], one["category"], one["label"]) == ("E11.22", "HCC 1", "A category")


@pytest.mark.usefixtures("stay")
def test_the_coder_sees_group_and_category(world: Any, ward: TestClient, grouper: FakeGrouper) -> None:
    page = ward.get("/coding/e1").text
    assert "MS-DRG 001" in page
    assert "HCC 1 A category" in page
    grouper.error = GroupingError("no group for this stay")
    assert "Not grouped: no group for this stay." in ward.get("/coding/e1").text
