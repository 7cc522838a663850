"""Contracted amounts as CSV: payer_id, procedure, modifier, amount, percent.

A row has a procedure and an amount in dollars such as 74.25, or neither and a percentage of the physician fee schedule
such as 112.5. The modifier may be empty.
"""

import pyarrow as pa
import pyarrow.compute as pc

from data.code_keys import code_keys
from data.contract_rates import COLUMNS
from data.formats.delimited import Layout, read_text_table
from data.formats.parsed import ParsedTable

_NAMES = ("payer_id", "procedure", "modifier", "amount", "percent")
_LAYOUT = Layout(columns=_NAMES, required=frozenset({"payer_id", "procedure"}), names={"code": "procedure"})
_AMOUNT = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"
_PERCENT = r"^[0-9]{1,4}(\.[0-9]{1,4})?$"
_MODIFIER = "^([0-9A-Z]{2})?$"


def parse_contract_rates(content: bytes) -> ParsedTable:
    """Rows that are neither an amount nor a percentage are counted as rejected."""
    text = read_text_table(content, _LAYOUT)
    payer, procedure, modifier, amount, percent = (
        pc.utf8_trim_whitespace(pc.fill_null(text.table[name], "")) for name in _NAMES
    )
    has_amount = pc.and_(pa.array(code_keys(procedure)[1]), pc.match_substring_regex(amount, _AMOUNT))
    has_percent = pc.and_(pc.equal(procedure, ""), pc.match_substring_regex(percent, _PERCENT))
    is_one = pc.or_(pc.and_(has_amount, pc.equal(percent, "")), pc.and_(has_percent, pc.equal(amount, "")))
    is_valid = pc.and_(is_one, pc.and_(pc.match_substring_regex(modifier, _MODIFIER), pc.not_equal(payer, "")))
    values = (payer, procedure, modifier, _to_cents(pc.if_else(has_amount, amount, "0")), percent)
    kept = [value.filter(is_valid).cast(field.type) for value, field in zip(values, COLUMNS, strict=True)]
    table = pa.table(kept, schema=COLUMNS)
    return ParsedTable(table, text.ragged + text.table.num_rows - table.num_rows)


def _to_cents(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Exactly: as decimals, never by way of floats."""
    dollars = amounts.cast(pa.decimal128(12, 2))
    return pc.multiply(dollars, pa.scalar(100, pa.decimal128(3, 0))).cast(pa.int64())
