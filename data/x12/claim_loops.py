"""Walks through the loops of an 837 and gathers the parts of each claim.

A segment means what its loop says: NM1*82 after CLM is who rendered the claim, after LX who rendered one line, after
SBR somebody that another payer was told of.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum

from data.x12.claim_parts import ClaimParts, CoverageParts, LineParts, PartyParts
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at

# Read by nobody here, and at home in an 837.
_PASSED = (
    "PER CUR N2 PWK CN1 AMT K3 NTE CR1 CR2 CR3 CR5 CR6 CR7 CRC HCP CAS OI MIA MOA SV3 SV4 SV5 SV6 SV7 TOO PS1 HSD MEA "
    "QTY IMM LIN CTP LQ FRM DN1 DN2 UC"
).split()


class Loop(IntEnum):
    HEADER = 0
    BILLING = 1
    SUBSCRIBER = 2
    PATIENT = 3
    CLAIM = 4
    OTHER_PAYER = 5
    LINE = 6
    LINE_PAYER = 7


_LEVELS = {"20": Loop.BILLING, "22": Loop.SUBSCRIBER, "23": Loop.PATIENT}
# By NM101: the loop in which it stands, and what it is called in CoverageParts.
_PARTIES = {
    "85": (Loop.BILLING, "billing"),
    "IL": (Loop.SUBSCRIBER, "subscriber"),
    "PR": (Loop.SUBSCRIBER, "payer"),
    "QC": (Loop.PATIENT, "patient"),
}
_NO_PARTY = (None, "")
_IN_CLAIM = (Loop.CLAIM, Loop.LINE)


class ClaimLoops:
    """One 837 transaction. Every whole claim goes to `close` when the next thing begins."""

    def __init__(self, log: ProblemLog, close: Callable[[ClaimParts], None]) -> None:
        self._log = log
        self._close = close
        self.begin()
        self.handlers: Mapping[str, Callable[[Elements], None]] = dict.fromkeys(_PASSED, _pass) | {
            "BHT": self._take_header,
            "HL": self._take_level,
            "SBR": self._take_subscription,
            "PAT": self._take_patient,
            "PRV": self._take_taxonomy,
            "NM1": self._take_name,
            "N3": self._take_street,
            "N4": self._take_city,
            "DMG": self._take_birth,
            "REF": self._take_reference,
            "DTP": self._take_date,
            "CLM": self._take_claim,
            "CL1": self._take_stay,
            "HI": self._take_codes,
            "LX": self._take_line,
            "SV1": self._take_service,
            "SV2": self._take_service,
            "SVD": self._take_line_payer,
        }

    def begin(self) -> None:
        self._loop = Loop.HEADER
        self._prepared = ""
        self._coverage = CoverageParts()
        self._party: PartyParts | None = None
        self._claim: ClaimParts | None = None

    def finish(self, *, is_whole: bool) -> None:
        """A claim that was being read when the transaction broke off may lack lines, so it is not kept."""
        claim, self._claim = self._claim, None
        if claim is None:
            return
        if is_whole:
            self._close(claim)
        else:
            self._log.tell(ProblemKind.TRUNCATED, Lost.CLAIM, mark=claim.mark)

    def _take_header(self, elements: Elements) -> None:
        self._prepared = at(elements, 4)

    def _take_level(self, elements: Elements) -> None:
        self.finish(is_whole=True)
        self._loop = _LEVELS.get(at(elements, 3), Loop.HEADER)
        self._party = None
        old = self._coverage
        if self._loop is Loop.SUBSCRIBER:
            self._coverage = CoverageParts(old.billing, PartyParts(), PartyParts())
        elif self._loop is Loop.BILLING:
            self._coverage = CoverageParts(PartyParts())
        elif self._loop is Loop.PATIENT:
            self._coverage = CoverageParts(old.billing, old.subscriber, old.payer, PartyParts(), old.subscription)
        else:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.SEGMENT, 3)

    def _take_subscription(self, elements: Elements) -> None:
        self._party = None
        if self._claim is not None:
            self._loop = Loop.OTHER_PAYER
            self._log.tell(ProblemKind.OTHER_PAYER, Lost.VALUE)
        else:
            self._coverage.subscription = elements
            self._coverage.relationship = at(elements, 2)

    def _take_patient(self, elements: Elements) -> None:
        if self._loop is Loop.PATIENT:
            self._coverage.relationship = at(elements, 1)

    def _take_name(self, elements: Elements) -> None:
        self._party = self._find_party(at(elements, 1))
        if self._party is not None:
            self._party.name = elements

    def _find_party(self, kind: str) -> PartyParts | None:
        """Whom an NM1 names, where anybody here wants to know."""
        loop, place = _PARTIES.get(kind, _NO_PARTY)
        if self._loop is loop:
            party: PartyParts | None = getattr(self._coverage, place)
            return party
        if self._claim is not None and (self._loop is Loop.CLAIM or (self._loop is Loop.LINE and kind == "82")):
            return self._claim.add_provider(kind)
        return None

    def _take_taxonomy(self, elements: Elements) -> None:
        """The billing provider's comes before its name."""
        party = self._coverage.billing if self._loop is Loop.BILLING else self._party
        if party is not None and not party.taxonomy:
            party.taxonomy = at(elements, 3)

    def _take_street(self, elements: Elements) -> None:
        if self._party is not None:
            self._party.street = elements

    def _take_city(self, elements: Elements) -> None:
        if self._party is not None:
            self._party.city = elements

    def _take_birth(self, elements: Elements) -> None:
        if self._party is not None:
            self._party.birth = elements

    def _take_reference(self, elements: Elements) -> None:
        kind, value = at(elements, 1), at(elements, 2)
        if self._claim is not None and self._loop in _IN_CLAIM:
            if kind == "6R" and self._loop is Loop.LINE:
                self._claim.lines[-1].control_number = value
            else:
                self._claim.references.setdefault(kind, value)
        elif self._party is not None and kind in ("EI", "SY"):
            self._party.tax_id = value

    def _take_date(self, elements: Elements) -> None:
        if self._claim is None:
            return
        if self._loop is Loop.CLAIM:
            self._claim.dates.setdefault(at(elements, 1), elements)
        elif self._loop is Loop.LINE and at(elements, 1) == "472":
            self._claim.lines[-1].date = at(elements, 2), at(elements, 3)

    def _take_claim(self, elements: Elements) -> None:
        self.finish(is_whole=True)
        if self._loop < Loop.SUBSCRIBER:
            self._log.tell(ProblemKind.MISPLACED)
        component = self._find_component(at(elements, 5))
        mark = self._log.mark
        separators = mark[0].delimiters.element, component
        self._claim = ClaimParts(mark, elements, self._coverage, separators, self._prepared)
        self._loop, self._party = Loop.CLAIM, None

    def _find_component(self, place: str) -> str:
        """CLM05 has three components: where ISA's separator is not in it, another one is in use."""
        block, _ = self._log.mark
        said = block.delimiters.component
        if said in place:
            return said
        others = [mark for mark in place if not mark.isalnum()]
        if not others:
            return said
        self._log.tell(ProblemKind.OTHER_SEPARATOR, element=5)
        return others[0]

    def _take_stay(self, elements: Elements) -> None:
        if self._claim is not None:
            self._claim.stay = elements

    def _take_codes(self, _elements: Elements) -> None:
        if self._claim is None:
            self._log.tell(ProblemKind.MISPLACED, Lost.SEGMENT)
        else:
            self._claim.diagnoses.append(self._log.mark)

    def _take_line(self, elements: Elements) -> None:
        if self._claim is None:
            self._log.tell(ProblemKind.MISPLACED, Lost.LINE)
            return
        self._claim.lines.append(LineParts(self._log.mark, at(elements, 1)))
        self._loop, self._party = Loop.LINE, None

    def _take_service(self, elements: Elements) -> None:
        if self._claim is None or self._loop is not Loop.LINE:
            self._log.tell(ProblemKind.MISPLACED, Lost.LINE)
            return
        line = self._claim.lines[-1]
        block, _ = mark = self._log.mark
        line.service, line.service_mark = block.delimiters.element.join(elements), mark

    def _take_line_payer(self, _elements: Elements) -> None:
        if self._claim is not None:
            self._loop = Loop.LINE_PAYER
            self._log.tell(ProblemKind.OTHER_PAYER, Lost.VALUE)


def _pass(_elements: Elements) -> None:
    """Nothing of it belongs to a claim as it is kept here."""
