"""By when a claim is filed and its denial appealed: as a payer's contract says, else by federal rule where one exists.

Contracts are the operator's payer rules of the kind `filing_limit`. Of several limits the first one that ends counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.claims import Claim, ClaimLine
from data.denials import find_refusals
from data.notes import PayerKind
from data.noun import IsoDate, Noun
from data.payer_rules import FilingDemand, RecordedPayerRule
from data.remittances import Remittance

_YEAR = 365
_FILING = {
    PayerKind.MEDICARE: "42 CFR 424.44: one calendar year after the service",
    PayerKind.MEDICAID: "42 CFR 447.45: twelve months after the service",
}
# 120 days from receipt, which is presumed five days after the notice.
_REDETERMINATION = 125
_APPEAL = "42 CFR 405.942: redetermination within 120 days of receipt"
_ORIGINAL = "1"


class Deadline(Noun):
    """The last day, and where that stands written."""

    day: IsoDate
    source: str


@dataclass(frozen=True, slots=True)
class Contracts:
    """`rules` are the standing payer rules."""

    rules: Sequence[RecordedPayerRule] = ()

    def file_by(self, claim: Claim) -> Deadline | None:
        """Of an original claim, by its oldest service; None where no limit is known."""
        if claim.frequency_code != _ORIGINAL:
            return None
        return min([*self._filing_limits(claim), *_filing_rule(claim)], key=lambda limit: limit.day, default=None)

    def appeal_by(self, claim: Claim, answers: Iterable[Remittance]) -> Deadline | None:
        """None unless something stands denied that can be appealed; the oldest such denial counts."""
        refused_on = [refusal.decided_on for refusal in find_refusals(claim, answers) if refusal.can_appeal]
        if not refused_on:
            return None
        denied_on = min(refused_on)
        limits = list(self._appeal_limits(claim, denied_on))
        if claim.payer.kind is PayerKind.MEDICARE:
            limits.append(Deadline(day=_after(denied_on, _REDETERMINATION), source=_APPEAL))
        return min(limits, key=lambda limit: limit.day, default=None)

    def _filing_limits(self, claim: Claim) -> Iterator[Deadline]:
        for recorded, demand, line in self._find_demands(claim):
            yield Deadline(day=_after(line.service_date, demand.days), source=_cite(recorded))

    def _appeal_limits(self, claim: Claim, denied_on: date) -> Iterator[Deadline]:
        for recorded, demand, _ in self._find_demands(claim):
            if demand.appeal_days is not None:
                yield Deadline(day=_after(denied_on, demand.appeal_days), source=_cite(recorded))

    def _find_demands(self, claim: Claim) -> Iterator[tuple[RecordedPayerRule, FilingDemand, ClaimLine]]:
        age = claim.patient.age_years
        for recorded in self.rules:
            rule = recorded.rule
            if isinstance(rule.demand, FilingDemand) and rule.is_for(claim.payer) and rule.is_for_age(age):
                for line in claim.lines:
                    if rule.is_valid_on(line.service_date) and rule.is_about(line):
                        yield recorded, rule.demand, line


def _filing_rule(claim: Claim) -> Iterator[Deadline]:
    if claim.payer.kind in _FILING:
        oldest = min(line.service_date for line in claim.all_lines)
        yield Deadline(day=_after(oldest, _YEAR), source=_FILING[claim.payer.kind])


def _after(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _cite(recorded: RecordedPayerRule) -> str:
    return f"Payer rule {recorded.rule.rule_id}, version {recorded.version}: {recorded.rule.citation}"
