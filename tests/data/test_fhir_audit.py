"""Audit events as FHIR AuditEvent: the pattern of each kind, and the elements that R4 and BALP demand."""

import pytest

from data.audit import GENESIS, AuditEvent
from data.formats.fhir_audit import to_fhir

KINDS = [
    ("encounter.stored", "C", "rest", "Create"),
    ("encounter.decided", "U", "rest", "Update"),
    ("encounter.viewed", "R", "rest", "Read"),
    ("encounter.claim_drafted", "R", "rest", "Read"),
    ("claim.replaced", "U", "rest", "Update"),
    ("claim.viewed", "R", "rest", "Read"),
    ("remittance.received", "C", "rest", "Create"),
    ("session.opened", "E", "110114", None),
    ("session.refused", "E", "110114", None),
    ("user.added", "C", "110137", None),
    ("token.issued", "C", "110137", None),
    ("audit.viewed", "R", "110101", None),
    ("export.written", "R", "110106", None),
    ("model.promoted", "E", "110100", None),
    ("something.else", "E", "110100", None),
]


def _event(kind: str) -> AuditEvent:
    return AuditEvent(
        sequence=7,
        kind=kind,
        actor="ada",
        subject="e1",
        at="2026-03-14T09:26:53.589793Z",
        details={"version": 2, "ids": ("a", "b"), "reason": "", "none": None},
        previous_hash=GENESIS,
        hash=GENESIS,
    ).sealed()


@pytest.mark.parametrize(("kind", "action", "code", "profile"), KINDS)
def test_kinds(kind: str, action: str, code: str, profile: str | None) -> None:
    found = to_fhir(_event(kind))
    assert (found["action"], found["type"]["code"]) == (action, code)
    profiles = found.get("meta", {}).get("profile", [])
    assert [one.rpartition(".")[2] for one in profiles] == ([profile] if profile else [])
    assert {"system": "urn:chartcode:event", "code": kind} in found["subtype"]
    assert found["outcome"] == ("4" if kind == "session.refused" else "0")


@pytest.mark.parametrize("kind", [kind for kind, *_ in KINDS])
def test_required_elements(kind: str) -> None:
    event = _event(kind)
    found = to_fhir(event)
    assert {"resourceType", "type", "recorded", "agent", "source"} <= found.keys()
    assert [agent["requestor"] for agent in found["agent"]].count(True) == 1
    assert found["agent"][-1]["who"]["identifier"]["value"] == "ada"
    (entity,) = found["entity"]
    assert entity["what"]["identifier"]["value"] == "e1"
    assert {"type": "chain_hash", "valueString": event.hash} in entity["detail"]
    assert all(detail["valueString"] for detail in entity["detail"])


@pytest.mark.parametrize(
    ("kind", "client", "server"),
    [("encounter.viewed", "110152", "110153"), ("encounter.stored", "110153", "110152")],
)
def test_what_is_read_flows_to_the_client(kind: str, client: str, server: str) -> None:
    """BALP's Read has the server as source, its Create and Update the client."""
    roles = {
        agent["who"].get("display"): agent["type"]["coding"][0]["code"] for agent in to_fhir(_event(kind))["agent"]
    }
    assert (roles["client of chartcode"], roles["chartcode"]) == (client, server)
