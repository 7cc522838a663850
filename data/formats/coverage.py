"""Coverage policies as CSV: policy, payer_id, procedure, first_diagnosis, last_diagnosis, effective, deletion.

An empty `payer_id` is for every payer; diagnoses are ICD-10-CM codes or categories, with or without the dot;
an empty `last_diagnosis` means the first alone; dates are 2026-01-31 and may be empty.
"""

import pyarrow as pa
import pyarrow.compute as pc

from data.code_keys import code_keys
from data.coverage import COLUMNS
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE, day_numbers
from data.formats.delimited import Layout, read_text_table
from data.formats.parsed import ParsedTable

_NAMES = ("policy", "payer_id", "procedure", "first_diagnosis", "last_diagnosis", "effective", "deletion")
_LAYOUT = Layout(columns=_NAMES, required=frozenset({"policy", "procedure", "first_diagnosis"}))
_DIAGNOSIS = "^[A-Z][0-9][0-9A-Z]{1,5}$"


def parse_coverage(content: bytes) -> ParsedTable:
    """One row for each range. Rows whose procedure or diagnoses can't be read are counted as rejected."""
    text = read_text_table(content, _LAYOUT)
    columns = {name: pc.utf8_trim_whitespace(pc.fill_null(text.table[name], "")) for name in _NAMES}
    first = pc.replace_substring(columns["first_diagnosis"], ".", "")
    last = pc.replace_substring(columns["last_diagnosis"], ".", "")
    last = pc.if_else(pc.equal(last, ""), first, last)
    is_diagnosis = pc.and_(pc.match_substring_regex(first, _DIAGNOSIS), pc.match_substring_regex(last, _DIAGNOSIS))
    is_valid = pc.and_(pa.array(code_keys(columns["procedure"])[1]), is_diagnosis)
    values = (
        columns["procedure"],
        columns["policy"],
        columns["payer_id"],
        first,
        last,
        pa.array(day_numbers(columns["effective"], missing=ALWAYS_BEFORE)),
        pa.array(day_numbers(columns["deletion"], missing=ALWAYS_AFTER)),
    )
    kept = [value.filter(is_valid).cast(field.type) for value, field in zip(values, COLUMNS, strict=True)]
    table = pa.table(kept, schema=COLUMNS)
    return ParsedTable(table, text.ragged + text.table.num_rows - table.num_rows)
