"""What payers agreed to allow: contracted amounts by procedure, or a percentage of the physician fee schedule.

The operator imports them. A payer has as many releases as its contract has had versions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import pyarrow as pa

from data.fee_schedule import FeeSchedule
from data.home import Home
from data.modifiers import ModifierRole, modifiers_in
from data.places import load_places
from data.tables import find_tables

KIND = "contract"
# An empty procedure stands for all that have no amount of their own; they have a percentage.
COLUMNS = pa.schema(
    [
        ("payer_id", pa.string()),
        ("procedure", pa.string()),
        ("modifier", pa.string()),
        ("amount_cents", pa.int64()),
        ("percent", pa.string()),
    ]
)
# They change what is paid by rules of their own; what is paid with one is known only where the contract names it.
_PRICED = modifiers_in(
    ModifierRole.COMPONENT,
    ModifierRole.BILATERAL,
    ModifierRole.ASSISTANT,
    ModifierRole.SURGICAL_CARE,
    ModifierRole.DISCONTINUED,
    ModifierRole.REDUCED,
    ModifierRole.INCREASED,
) | {"51", "CO", "CQ", "QK", "QX", "QY", "RR", "UE"}


class Service(NamedTuple):
    """What a price is asked for."""

    procedure: str
    modifiers: tuple[str, ...]
    units: int
    place: str
    service_date: date


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a table holds, both included; `last` None while it goes on."""

    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Contract:
    """One import."""

    def __init__(self, period: Period, table: pa.Table) -> None:
        self.period = period
        self._amounts: dict[tuple[str, str, str], int] = {}
        self._percents: dict[str, Fraction] = {}
        for payer_id, procedure, modifier, cents, percent in _rows(table):
            if procedure:
                self._amounts[payer_id, procedure, modifier] = cents
            else:
                self._percents[payer_id] = Fraction(percent)

        self.payer_ids = frozenset(self._percents) | {payer_id for payer_id, _, _ in self._amounts}

    @property
    def has_percents(self) -> bool:
        return bool(self._percents)

    def find_amount(self, payer_id: str, service: Service) -> int | None:
        """Cents for one unit. Without a row for a modifier that changes the price there is none."""
        priced = [modifier for modifier in service.modifiers if modifier in _PRICED]
        if len(priced) > 1:
            return None
        return self._amounts.get((payer_id, service.procedure, priced[0] if priced else ""))

    def find_percent(self, payer_id: str) -> Fraction | None:
        return self._percents.get(payer_id)


def _rows(table: pa.Table) -> Iterable[tuple[str, str, str, int, str]]:
    return zip(*(table[name].to_pylist() for name in COLUMNS.names), strict=True)


@dataclass(frozen=True)
class ContractRates:
    """`contracts` and `schedules`, each the newest first."""

    contracts: Sequence[Contract] = ()
    schedules: Sequence[tuple[Period, FeeSchedule]] = ()

    def allowed_cents(self, payer_id: str, service: Service) -> int | None:
        """What the payer agreed to allow for the units; None where its newest contract of the day does not say."""
        for contract in self.contracts:
            if payer_id in contract.payer_ids and contract.period.holds_on(service.service_date):
                amount = contract.find_amount(payer_id, service)
                if amount is not None:
                    return amount * service.units
                percent = contract.find_percent(payer_id)
                return self._by_schedule(percent, service) if percent else None
        return None

    def _by_schedule(self, percent: Fraction, service: Service) -> int | None:
        """Rounded down for each unit: a payer that rounds otherwise owes nothing."""
        if not _PRICED.isdisjoint(service.modifiers):
            return None
        schedule = next((one for period, one in self.schedules if period.holds_on(service.service_date)), None)
        entry = schedule.find(service.procedure) if schedule else None
        if entry is None:
            return None
        place = load_places().get(service.place)
        national = entry.amount_cents(is_facility=place.is_facility if place else False)
        return int(national * percent / 100) * service.units if national else None


def load_contract_rates(home: Home) -> ContractRates:
    """Raises TableError when an imported table is damaged."""
    contracts = [
        Contract(Period(manifest.valid_from, manifest.valid_to), table) for manifest, table in find_tables(home, KIND)
    ]
    needs_schedule = any(contract.has_percents for contract in contracts)
    schedules = [
        (Period(manifest.valid_from, manifest.valid_to), FeeSchedule(manifest.release, table))
        for manifest, table in (find_tables(home, "pfs") if needs_schedule else ())
    ]
    return ContractRates(contracts, schedules)
