"""Audit events as FHIR R4 AuditEvent, by IHE's Basic Audit Log Patterns (BALP 1.1.3) where one of them fits.

What somebody reads of or writes to an encounter or a claim follows the patterns Read, Create and Update. Sign-ins,
exports, use of the log and changes of users and models have DICOM's event types (PS3.16, CID 400). The network
address of the client is not in our log, which is said with a data-absent-reason.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from data.audit import AuditEvent

_BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_REST = "http://hl7.org/fhir/restful-interaction"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_OBJECT_ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
_RESOURCES = "http://hl7.org/fhir/resource-types"
_SOURCES = "http://terminology.hl7.org/CodeSystem/security-source-type"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_NAMES = "urn:chartcode:"
_RESOURCE_OF = {"encounter": "Encounter", "claim": "Claim", "remittance": "ClaimResponse"}
_SOURCE_ROLE, _DESTINATION_ROLE = ("110153", "Source Role ID"), ("110152", "Destination Role ID")


class _Pattern(NamedTuple):
    """How an event is told: FHIR's action, and the interaction of BALP or else the event type of DICOM."""

    action: str
    interaction: str | None = None
    dicom: tuple[str, str] = ("110100", "Application Activity")
    subtype: tuple[str, str] | None = None
    outcome: str = "0"


_VERBS: Mapping[str, _Pattern] = {
    "stored": _Pattern("C", "create"),
    "received": _Pattern("C", "create"),
    "replaced": _Pattern("U", "update"),
    "decided": _Pattern("U", "update"),
    "viewed": _Pattern("R", "read"),
    "claim_drafted": _Pattern("R", "read"),
}
_LOGIN, _LOGOUT = ("110122", "Login"), ("110123", "Logout")
_SIGN_IN, _SECURITY = ("110114", "User Authentication"), ("110137", "User Security Attributes Changed")
_KINDS: Mapping[str, _Pattern] = {
    "session.opened": _Pattern("E", dicom=_SIGN_IN, subtype=_LOGIN),
    "session.closed": _Pattern("E", dicom=_SIGN_IN, subtype=_LOGOUT),
    "session.refused": _Pattern("E", dicom=_SIGN_IN, subtype=_LOGIN, outcome="4"),
    "user.added": _Pattern("C", dicom=_SECURITY),
    "user.disabled": _Pattern("U", dicom=_SECURITY),
    "token.issued": _Pattern("C", dicom=_SECURITY),
    "audit.viewed": _Pattern("R", dicom=("110101", "Audit Log Used")),
    "export.written": _Pattern("R", dicom=("110106", "Export")),
}
_OTHER = _Pattern("E")


def to_fhir(event: AuditEvent) -> dict[str, Any]:
    """One resource. The identifier follows from the place in the chain; the hash is told, so that both logs meet."""
    pattern = _find_pattern(event.kind)
    return {
        "resourceType": "AuditEvent",
        "id": f"chartcode-{event.sequence}",
        **({"meta": {"profile": [_BALP + pattern.interaction.capitalize()]}} if pattern.interaction else {}),
        "type": _coding(_TYPES, "rest", "RESTful Operation")
        if pattern.interaction
        else _coding(_DICOM, *pattern.dicom),
        "subtype": _subtypes(event, pattern),
        "action": pattern.action,
        "recorded": event.at,
        "outcome": pattern.outcome,
        "agent": _agents(event, pattern),
        "source": {
            "observer": {"display": "chartcode"},
            "type": [_coding(_SOURCES, "4", "Application Server")],
        },
        "entity": [_entity(event)],
    }


def _find_pattern(kind: str) -> _Pattern:
    noun, _, verb = kind.partition(".")
    if noun in _RESOURCE_OF:
        return _VERBS.get(verb, _OTHER)
    return _KINDS.get(kind, _OTHER)


def _subtypes(event: AuditEvent, pattern: _Pattern) -> list[dict[str, str]]:
    own = [_coding(f"{_NAMES}event", event.kind)]
    if pattern.interaction:
        return [_coding(_REST, pattern.interaction, pattern.interaction), *own]
    return [*([_coding(_DICOM, *pattern.subtype)] if pattern.subtype else []), *own]


def _agents(event: AuditEvent, pattern: _Pattern) -> list[dict[str, Any]]:
    """What is read flows from the server to the client, what is written the other way."""
    user = {
        "type": _concept(_ROLES, "IRCP", "information recipient"),
        "who": {"identifier": {"system": f"{_NAMES}user", "value": event.actor}},
        "requestor": True,
    }
    if not pattern.interaction:
        return [user]
    reads = pattern.action == "R"
    client, server = (_DESTINATION_ROLE, _SOURCE_ROLE) if reads else (_SOURCE_ROLE, _DESTINATION_ROLE)
    unknown = {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}
    machines = [
        {"type": _concept(_DICOM, *role), "who": {"display": name}, "requestor": False, "network": unknown}
        for role, name in ((client, "client of chartcode"), (server, "chartcode"))
    ]
    return [*machines, user]


def _entity(event: AuditEvent) -> dict[str, Any]:
    noun = event.kind.partition(".")[0]
    resource = _RESOURCE_OF.get(noun)
    kind = _coding(_RESOURCES, resource, resource) if resource else _coding(f"{_NAMES}noun", noun)
    details = {**event.details, "chain_hash": event.hash}
    return {
        "what": {"identifier": {"system": _NAMES + noun, "value": event.subject}},
        "type": kind,
        "role": _coding(_OBJECT_ROLES, "4", "Domain Resource"),
        "detail": [{"type": name, "valueString": _text(value)} for name, value in sorted(details.items())],
    }


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_text, value)) or "none"
    return str(value) or "none"


def _coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code, display)]}
