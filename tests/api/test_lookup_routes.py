"""Codes, models and the audit log over HTTP."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from starlette.testclient import TestClient

from data.monitoring import Drift, MonitoringReport, save_report

NOW = datetime(2026, 3, 20, tzinfo=UTC)


def test_search_finds_codes(shared_client: TestClient) -> None:
    (hit,) = shared_client.get("/v1/codes", params={"q": "sugar disease"}).json()["codes"]
    assert hit == {
        "system": "icd10cm",
        "code": "E11.22",
        "term": "Sugar disease of the kidney",
        "is_billable": True,
        "score": 1.0,
    }
    assert shared_client.get("/v1/codes", params={"q": "sugar", "system": "cpt"}).json() == {"codes": []}
    assert shared_client.get("/v1/codes", params={"q": "   "}).json() == {"codes": []}


def test_a_code_comes_with_the_notes_that_hold_for_it(shared_client: TestClient) -> None:
    for text_of_code in ("E11.22", "E1122", "e11.22"):
        found = shared_client.get(f"/v1/codes/icd10cm/{text_of_code}").json()
        assert (found["code"], found["term"], found["is_billable"]) == ("E11.22", "Term of E11.22", True)
        assert (found["parent"], found["block"], found["chapter"]) == ("E11.2", "E08-E13", "4")
        assert found["notes"] == [{"kind": "excludes1", "owner": "E11", "text": "another disease (E10.-)"}]
    assert shared_client.get("/v1/codes/icd10cm/E11").json()["children"] == ["E11.2"]


def test_a_retired_code_names_its_successors(shared_client: TestClient) -> None:
    found = shared_client.get("/v1/codes/icd10cm/E11.23").json()
    assert (found["is_billable"], found["retired_on"], found["successors"]) == (False, "2025-09-30", ["E11.22"])


def test_without_a_release_a_service_is_known_in_our_own_words(shared_client: TestClient) -> None:
    found = shared_client.get("/v1/codes/cpt/99214").json()
    assert (found["release"], found["code"], found["is_billable"]) == ("catalogue", "99214", True)
    assert found["term"]
    assert shared_client.get("/v1/codes/cpt/00000").status_code == 404


def test_models_are_listed_with_their_versions(shared_client: TestClient) -> None:
    assert shared_client.get("/v1/models").json()["models"] == [
        {"name": "coding", "model_version": "fake-coding-1", "versions": ["1", "2"]},
        {"name": "denial", "model_version": "fake-denial-1", "versions": ["1", "2"]},
    ]


def test_a_model_has_a_card(shared_client: TestClient) -> None:
    card = shared_client.get("/v1/models/denial/card").json()
    assert (card["name"], card["version"], card["metrics"]) == ("denial", "1", {"f1": 0.5})
    assert card["text"] == "# The denial model\n"


def test_a_model_without_a_manifest_is_unavailable(world) -> None:
    (world.services.registry.folder / "coding" / "manifest.json").unlink()
    assert world.client().get("/v1/models/coding/card").status_code == 503


def test_what_was_monitored_is_told_and_measured(world) -> None:
    """Until somebody ran `chartcode monitor` there is nothing."""
    client = world.client()
    assert client.get("/v1/models/coding/monitoring").status_code == 404
    drift = Drift(quantity="note words", units_before=90, units_after=30, psi=0.3, ks=0.2, p_value=0.001, is_alarm=True)
    report = MonitoringReport(
        name="coding",
        before_since=NOW - timedelta(days=120),
        recent_since=NOW - timedelta(days=30),
        as_of=NOW,
        units_before=90,
        units_after=30,
        drifts=(drift,),
    )
    save_report(world.app.state.settings.home, report)
    answer = client.get("/v1/models/coding/monitoring").json()
    assert MonitoringReport.model_validate(answer) == report
    numbers = client.get("/metrics").text
    assert 'chartcode_drift_psi{model="coding",quantity="note words"} 0.3' in numbers
    assert 'chartcode_drift_alarm{model="coding",quantity="note words"} 1.0' in numbers


def test_the_log_is_read_in_pages(client: TestClient) -> None:
    first = client.get("/v1/audit/events", params={"limit": 5}).json()
    assert [event["sequence"] for event in first["events"]] == [1, 2, 3, 4, 5]
    rest = client.get("/v1/audit/events", params={"after": first["next_after"]}).json()
    assert rest["events"][0]["sequence"] == 6
    assert (rest["events"][-1]["kind"], rest["next_after"]) == ("audit.viewed", None)


def test_a_changed_log_is_found_out(world) -> None:
    assert world.client().get("/v1/audit/verify").json()["is_intact"]
    with world.services.store.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE audit_events SET actor = 'somebody' WHERE sequence = 3"))
    report = world.client().get("/v1/audit/verify").json()
    assert (report["is_intact"], report["sequence"], report["problem"]) == (False, 3, "changed")
