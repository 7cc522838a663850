"""Invented tables as imports of a home: edits of the synthetic world, and what the demo's payers agreed to pay."""

from datetime import UTC, datetime

import pyarrow as pa

from data.contract_rates import COLUMNS, KIND
from data.home import Home
from data.ncci_pairs import SETTING_KEY, EditSetting
from data.synthetic.claim_world import FIRST_DAY
from data.synthetic.demo_payers import contracted_amounts
from data.synthetic.published import RELEASE, add_on_table, pair_table, unit_limit_table
from data.tables import TableManifest, find_manifests, save_table

_LICENCE = "invented for the demo"


def save_demo_tables(home: Home) -> None:
    """Leaves a kind alone of which the operator has imported something."""
    for kind, table in (("ncci", pair_table()), ("mue", unit_limit_table()), ("addon", add_on_table())):
        _save(home, kind, table.replace_schema_metadata(_metadata()))


def save_demo_contracts(home: Home) -> None:
    """Unless the operator has imported contracts."""
    rows = [(payer_id, procedure, "", cents, "") for payer_id, procedure, cents in contracted_amounts()]
    columns = [list(column) for column in zip(*rows, strict=True)]
    _save(home, KIND, pa.table(columns, schema=COLUMNS))


def _save(home: Home, kind: str, table: pa.Table) -> None:
    if not find_manifests(home, kind):
        save_table(home, _manifest(kind, table), table)


def _metadata() -> dict[bytes, bytes]:
    return {SETTING_KEY: EditSetting.PRACTITIONER.value.encode()}


def _manifest(kind: str, table: pa.Table) -> TableManifest:
    return TableManifest(
        kind=kind,
        release=RELEASE,
        valid_from=FIRST_DAY,
        rows=table.num_rows,
        source_names=("invented",),
        source_sha256=(),
        imported_at=datetime(2026, 1, 1, tzinfo=UTC),
        licence=_LICENCE,
    )
