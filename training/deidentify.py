"""Takes out of exported rows what tells who somebody is, after the list of HIPAA's Safe Harbor (45 CFR 164.514(b)(2)).

Identifiers become keyed pseudonyms, days become their year, words of notes and authorization numbers go, and ages from
90 on are one. Within a claim the days keep their distances. The codes stay: whether rare ones make somebody known
depends on who gets the file, and that is for the operator to judge.
"""

import hmac
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.canonical import canonical_json

Row = dict[str, Any]
_OLDEST = 90
_HIDDEN = "hidden"


class Deidentifier:
    """The same key gives the same pseudonyms; without the key nobody gets back to the identifiers."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a key of 16 bytes or more is needed")
        self._key = key

    def name(self, kind: str, identifier: str) -> str:
        """32 hex digits; equal identifiers of different kinds have different pseudonyms."""
        return hmac.new(self._key, f"{kind}\x00{identifier}".encode(), "sha256").hexdigest()[:32]

    def hide_coding(self, row: Row) -> Row:
        return row | {
            "encounter_id": self.name("encounter", row["encounter_id"]),
            "date_of_service": _year(row["date_of_service"]),
            "notes_sha256": [self.name("note", digest) for digest in row["notes_sha256"]],
            "evidence": [],
            "suggestion_id": self.name("suggestion", row["suggestion_id"]) if row["suggestion_id"] else None,
            "decision_ids": [self.name("decision", one) for one in row["decision_ids"]],
            "decided_by": self.name("user", row["decided_by"]),
            "decided_at": _year_of_time(row["decided_at"]),
        }

    def hide_denial(self, row: Row) -> Row:
        return row | {
            "claim_id": self.name("claim", row["claim_id"]),
            "decision_id": self.name("decision", row["decision_id"]),
            "submitted_at": _year_of_time(row["submitted_at"]),
            "prepared_on": _year(row["prepared_on"]),
            "known_on": _year(row["known_on"]),
            "claim": canonical_json(self.hide_claim(json.loads(row["claim"]))),
        }

    def hide_claim(self, claim: Row) -> Row:
        """A claim as JSON; the result is one too."""
        prepared = date.fromisoformat(claim["prepared_on"])
        shift = _year(prepared) - prepared
        patient = claim["patient"]
        age = patient.get("age_years")
        return claim | {
            "claim_id": self.name("claim", claim["claim_id"]),
            "encounter_id": self.name("encounter", claim["encounter_id"]) if claim.get("encounter_id") else None,
            "prepared_on": (prepared + shift).isoformat(),
            "prior_authorization": _HIDDEN if claim.get("prior_authorization") else None,
            "patient": patient
            | {
                "patient_id": self.name("patient", patient["patient_id"]),
                "age_years": min(age, _OLDEST) if age is not None else None,
            },
            "lines": [line | {"service_date": _move(line["service_date"], shift)} for line in claim["lines"]],
        }


def _move(day: str, shift: timedelta) -> str:
    return (date.fromisoformat(day) + shift).isoformat()


def _year(day: date) -> date:
    return date(day.year, 1, 1)


def _year_of_time(at: datetime) -> datetime:
    return datetime(at.year, 1, 1, tzinfo=UTC)
