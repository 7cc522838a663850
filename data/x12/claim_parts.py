"""What an 837 says of a claim, as its segments say it: gathered loop by loop, before any value is read."""

from dataclasses import dataclass, field

from data.x12.log import Mark
from data.x12.values import Elements


class PartyParts:
    """A person or an organization: NM1, N3, N4 and what follows them. An attribute takes memory once it is written."""

    name: Elements = ()
    street: Elements = ()
    city: Elements = ()
    birth: Elements = ()
    taxonomy: str = ""
    tax_id: str = ""

    @property
    def npi(self) -> str:
        """Empty unless NM108 says that the identifier is an NPI."""
        return self.name[9] if len(self.name) > 9 and self.name[8] == "XX" else ""

    @property
    def identifier(self) -> str:
        return self.name[9] if len(self.name) > 9 else ""


# Of whom nothing was said: nothing is ever written into it.
NOBODY = PartyParts()


@dataclass(slots=True)
class CoverageParts:
    """Who bills whom for whom: loops 2000A to 2010CA, which all claims below them share."""

    billing: PartyParts = NOBODY
    subscriber: PartyParts = NOBODY
    payer: PartyParts = NOBODY
    patient: PartyParts | None = None
    subscription: Elements = ()
    relationship: str = ""


@dataclass(slots=True)
class LineParts:
    """A service line: LX, SV1 or SV2 as one text, and what belongs to it."""

    mark: Mark
    number: str
    service: str = ""
    service_mark: Mark | None = None
    date: tuple[str, str] | None = None
    control_number: str = ""


@dataclass(slots=True)
class ClaimParts:
    """`providers` are by NM101 (82 rendering, 71 attending); `references` by REF01, `dates` by DTP01.

    `separators` part elements and components.
    """

    mark: Mark
    opening: Elements
    coverage: CoverageParts
    separators: tuple[str, str]
    prepared: str
    providers: dict[str, PartyParts] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    dates: dict[str, Elements] = field(default_factory=dict)
    diagnoses: list[Mark] = field(default_factory=list)
    stay: Elements = ()
    lines: list[LineParts] = field(default_factory=list)

    def add_provider(self, kind: str) -> PartyParts | None:
        """None when there is one already: the claim's own goes before that of a line."""
        if kind in self.providers:
            return None
        party = self.providers[kind] = PartyParts()
        return party
