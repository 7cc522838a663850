"""Whom a claim names and what it says of them besides the claim itself: what an 837 needs and a claim leaves out."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from data.claims import Claim
from data.x12.claim_parts import ClaimParts, PartyParts
from data.x12.values import at, to_date

_PERSON = "1"


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    street_2: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Party:
    """A person (`last_name` and `first_name`) or an organization, whose name is `last_name`. Its repr hides it all."""

    last_name: str = ""
    first_name: str = ""
    is_person: bool = False
    identifier: str = ""
    tax_id: str = ""
    address: Address = field(default_factory=Address)
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Of an institutional claim: how and from where the patient came, and how they left (UB-04 14, 15 and 17)."""

    admission_type: str = "9"
    admission_source: str = "9"
    discharge_status: str = "01"


@dataclass(frozen=True, slots=True, repr=False)
class Filing:
    """`subscriber` is the patient unless `patient` is somebody else, related to them as `relationship` says."""

    billing: Party = field(default_factory=Party)
    subscriber: Party = field(default_factory=Party)
    patient: Party | None = None
    relationship: str = "18"
    payer_name: str = ""
    group_number: str = ""
    rendering: Party = field(default_factory=Party)
    stay: Stay = field(default_factory=Stay)


class BilledClaim(NamedTuple):
    """A claim out of an 837, with the parts that it was read from."""

    claim: Claim
    parts: ClaimParts

    @property
    def filing(self) -> Filing:
        coverage, providers = self.parts.coverage, self.parts.providers
        return Filing(
            billing=_read_party(coverage.billing),
            subscriber=_read_party(coverage.subscriber),
            patient=_read_party(coverage.patient) if coverage.patient else None,
            relationship=coverage.relationship or "18",
            payer_name=at(coverage.payer.name, 3),
            group_number=at(coverage.subscription, 3),
            rendering=_read_party(providers.get("82") or providers.get("71") or PartyParts()),
            stay=_read_stay(self.parts),
        )


def _read_party(parts: PartyParts) -> Party:
    return Party(
        last_name=at(parts.name, 3),
        first_name=at(parts.name, 4),
        is_person=at(parts.name, 2) == _PERSON,
        identifier=parts.identifier,
        tax_id=parts.tax_id,
        address=Address(
            at(parts.street, 1), at(parts.city, 1), at(parts.city, 2), at(parts.city, 3), at(parts.street, 2)
        ),
        born_on=_read_day(at(parts.birth, 2)),
    )


def _read_day(text: str) -> date | None:
    try:
        return to_date(text)
    except ValueError:
        return None


def _read_stay(parts: ClaimParts) -> Stay:
    usual = Stay()
    return Stay(
        at(parts.stay, 1) or usual.admission_type,
        at(parts.stay, 2) or usual.admission_source,
        (at(parts.stay, 3) or usual.discharge_status).zfill(2),
    )
