"""Medically unlikely edits: the CSV of CMS (`2 Date of Service Edit: Policy`), or plain columns."""

import pyarrow as pa
import pyarrow.compute as pc

from data.code_keys import code_keys
from data.formats.delimited import Layout, read_text_table
from data.formats.parsed import ParsedTable
from data.unit_limits import COLUMNS

_LAYOUT = Layout(
    columns=("code", "units", "adjudication", "rationale"),
    required=frozenset({"code", "units", "adjudication"}),
    names={
        "hcpcs": "code",
        "hcpcs_code": "code",
        "hcpcs_cpt_code": "code",
        "mue_units": "units",
        "practitioner_services_mue_values": "units",
        "outpatient_hospital_services_mue_values": "units",
        "dme_supplier_services_mue_values": "units",
        "mai": "adjudication",
        "mue_mai": "adjudication",
        "mue_adjudication_indicator": "adjudication",
    },
)


def parse_mue(content: bytes) -> ParsedTable:
    """One row a code. Rows whose code, limit or indicator can't be read are counted as rejected."""
    text = read_text_table(content, _LAYOUT)
    units = pc.utf8_trim_whitespace(pc.fill_null(text.table["units"], ""))
    adjudication = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(pc.fill_null(text.table["adjudication"], "")), 0, 1)
    is_valid = pc.and_(
        pa.array(code_keys(text.table["code"])[1]),
        pc.and_(pc.match_substring_regex(units, "^[0-9]{1,6}$"), pc.is_in(adjudication, pa.array([*"123"]))),
    )
    columns = [text.table["code"], units, adjudication]
    kept = [column.filter(is_valid).cast(field.type) for column, field in zip(columns, COLUMNS, strict=True)]
    table = pa.table(kept, schema=COLUMNS)
    return ParsedTable(table, text.ragged + text.table.num_rows - table.num_rows, text.preamble)
