"""Add-on code edits: the text of CMS (AOC files), or plain columns."""

import pyarrow as pa
import pyarrow.compute as pc

from data.add_ons import ANY_PRIMARY, COLUMNS
from data.code_keys import code_keys
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE, day_numbers
from data.formats.delimited import Layout, read_text_table
from data.formats.parsed import ParsedTable

# CMS writes CCCCC where the contractor names the primaries.
_CONTRACTOR = "CCCCC"
_LAYOUT = Layout(
    columns=("add_on", "primary", "kind", "effective", "deletion"),
    required=frozenset({"add_on", "primary", "kind"}),
    names={
        "add_on_code": "add_on",
        "addon_code": "add_on",
        "aoc": "add_on",
        "primary_code": "primary",
        "aoc_edit_type": "kind",
        "type": "kind",
        "aoc_edit_eff_dt": "effective",
        "aoc_edit_del_dt": "deletion",
        "effective_date": "effective",
        "deletion_date": "deletion",
    },
)


def parse_addon(content: bytes) -> ParsedTable:
    """One row for each add-on and primary. Rows whose codes or type can't be read are counted as rejected."""
    text = read_text_table(content, _LAYOUT).table
    names = {name: pc.utf8_trim_whitespace(pc.fill_null(text[name], "")) for name in text.column_names}
    primary = pc.if_else(pc.equal(names["primary"], _CONTRACTOR), ANY_PRIMARY, names["primary"])
    kind = pc.utf8_slice_codeunits(names["kind"], -1)
    named = pc.or_(pc.equal(primary, ANY_PRIMARY), pa.array(code_keys(primary)[1]))
    is_valid = pc.and_(pc.and_(pa.array(code_keys(names["add_on"])[1]), named), pc.is_in(kind, pa.array([*"123"])))
    first = pa.array(day_numbers(names["effective"], missing=ALWAYS_BEFORE))
    last = pa.array(day_numbers(names["deletion"], missing=ALWAYS_AFTER))
    columns = (names["add_on"], primary, kind, first, last)
    kept = [column.filter(is_valid).cast(field.type) for column, field in zip(columns, COLUMNS, strict=True)]
    table = pa.table(kept, schema=COLUMNS)
    return ParsedTable(table, text.num_rows - table.num_rows)
