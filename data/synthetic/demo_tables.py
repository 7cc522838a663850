"""The synthetic world's edit tables as imports of a home: a demo has no licensed ones."""

from datetime import UTC, datetime

import pyarrow as pa

from data.home import Home
from data.ncci_pairs import SETTING_KEY, EditSetting
from data.synthetic.claim_world import FIRST_DAY
from data.synthetic.published import RELEASE, add_on_table, pair_table, unit_limit_table
from data.tables import TableManifest, find_manifests, save_table

_LICENCE = "invented for the demo"


def save_demo_tables(home: Home) -> None:
    """Leaves a kind alone of which the operator has imported something."""
    for kind, table in (("ncci", pair_table()), ("mue", unit_limit_table()), ("addon", add_on_table())):
        if not find_manifests(home, kind):
            save_table(home, _manifest(kind, table), table.replace_schema_metadata(_metadata()))


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
