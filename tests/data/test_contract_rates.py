"""Contracted amounts: what is read, what is refused, and which row prices a service."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from data.contract_rates import ContractRates, Service, load_contract_rates
from data.fee_schedule import COLUMNS
from data.formats.contract_rates import parse_contract_rates
from data.home import Home
from data.imports import import_release
from data.tables import TableManifest, save_table

DAY = date(2026, 3, 16)
HEADER = "payer_id,procedure,modifier,amount,percent\n"
FILE = HEADER + "P1,99213,,110.10,\nP1,72148,26,70,\nP1,72148,,250,\nP2,99213,,90.05,\nP2,,,,112.5\nP3,,,,80\n"
MANIFEST = {"rows": 2, "source_names": (), "source_sha256": (), "imported_at": "2026-01-01T00:00:00Z", "licence": "t"}


@pytest.mark.parametrize(
    ("row", "is_read"),
    [
        ("P1,99213,,110.10,", True),
        ("P1,99213,25,110,", True),
        ("P1,,,,112.5", True),
        ("P1,99213,,110.105,", False),
        ("P1,99213,,-1,", False),
        ("P1,99213,,1e3,", False),
        ("P1,99213,,,", False),
        ("P1,99213,,110,112", False),
        ("P1,,,110,", False),
        ("P1,,,,", False),
        (",99213,,110,", False),
        ("P1,9921,,110,", False),
        ("P1,99213,2,110,", False),
    ],
)
def test_a_row_is_an_amount_or_a_percentage(row: str, is_read: bool) -> None:
    parsed = parse_contract_rates(f"{HEADER}{row}\n".encode())
    assert (parsed.table.num_rows, parsed.rejected) == ((1, 0) if is_read else (0, 1))


def test_dollars_become_cents_exactly() -> None:
    rows = "".join(f"P1,{10000 + cents},,{cents // 100}.{cents % 100:02d},\n" for cents in range(0, 20_000, 7))
    table = parse_contract_rates((HEADER + rows).encode()).table
    assert table["amount_cents"].to_pylist() == list(range(0, 20_000, 7))


@pytest.fixture
def rates(home: Home, tmp_path: Path) -> ContractRates:
    """A contract of 2026, an older one of P1, and a fee schedule that pays 100 dollars, 80 in a facility."""
    for name, text, first in (
        ("new", FILE, date(2026, 1, 1)),
        ("old", HEADER + "P1,99213,,99,\nP1,83036,,12,\n", date(2025, 1, 1)),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        import_release("contract", [path], home=home, release=name, valid_from=first, by="tester")
    table = pa.table(
        {name: ["99213", "72148"] if name == "code" else [""] * 2 for name in COLUMNS.names[:10]}
        | {"office_units": [2.0, 4.0], "facility_units": [1.6, 4.0], "conversion_factor": [50.0, 50.0]},
        schema=COLUMNS,
    )
    manifest = TableManifest.model_validate(MANIFEST | {"kind": "pfs", "release": "2026", "valid_from": "2026-01-01"})
    save_table(home, manifest, table)
    return load_contract_rates(home)


@pytest.mark.parametrize(
    ("payer", "service", "cents"),
    [
        ("P1", Service("99213", (), 1, "11", DAY), 11_010),
        ("P1", Service("99213", ("25", "95"), 2, "11", DAY), 22_020),
        ("P1", Service("72148", ("26",), 1, "11", DAY), 7_000),
        ("P1", Service("72148", (), 1, "11", DAY), 25_000),
        # A modifier that changes the price, and no row for it.
        ("P1", Service("99213", ("52",), 1, "11", DAY), None),
        ("P1", Service("72148", ("26", "52"), 1, "11", DAY), None),
        # The newest contract of the day decides, even where an older one says more.
        ("P1", Service("83036", (), 1, "11", DAY), None),
        ("P1", Service("83036", (), 1, "11", date(2025, 3, 1)), 1_200),
        ("P1", Service("99213", (), 1, "11", date(2024, 3, 1)), None),
        # An amount comes before the percentage of the fee schedule; facilities have their own.
        ("P2", Service("99213", (), 1, "11", DAY), 9_005),
        ("P2", Service("72148", (), 1, "11", DAY), 22_500),
        ("P3", Service("99213", (), 3, "21", DAY), 19_200),
        ("P3", Service("99213", ("50",), 1, "11", DAY), None),
        ("P3", Service("83036", (), 1, "11", DAY), None),
        ("P9", Service("99213", (), 1, "11", DAY), None),
    ],
)
def test_what_a_payer_agreed_to_allow(rates: ContractRates, payer: str, service: Service, cents: int | None) -> None:
    assert rates.allowed_cents(payer, service) == cents


def test_without_a_contract_nothing_is_known(home: Home) -> None:
    assert load_contract_rates(home).allowed_cents("P1", Service("99213", (), 1, "11", DAY)) is None
