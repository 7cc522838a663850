"""Physician fee schedule: the relative value file of CMS (PPRRVU), or the same columns by name.

Descriptions are the AMA's; they are not read.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from data.code_keys import code_keys
from data.fee_schedule import COLUMNS
from data.formats.delimited import Layout, TextTable, read_text_table
from data.formats.parsed import ParsedTable

_LAYOUT = Layout(
    columns=(
        *("code", "modifier", "description", "status", "not_used", "work", "office_expense", "office_na"),
        *("facility_expense", "facility_na", "malpractice", "office_units", "facility_units", "component"),
        *("global_period", "pre_op", "intra_op", "post_op", "multiple", "bilateral", "assistant", "co_surgeon"),
        *("team", "endoscopic_base", "conversion_factor"),
    ),
    required=frozenset({"code", "modifier"}),
    names={
        "hcpcs": "code",
        "hcpcs_code": "code",
        "mod": "modifier",
        "status_code": "status",
        "pctc": "component",
        "pctc_ind": "component",
        "glob": "global_period",
        "glob_days": "global_period",
        "mult_proc": "multiple",
        "bilat_surg": "bilateral",
        "asst_surg": "assistant",
        "co_surg": "co_surgeon",
        "team_surg": "team",
        "rvu_work": "work",
        "rvu_non_sum": "office_units",
        "rvu_fac_sum": "facility_units",
        "cf": "conversion_factor",
        "conv_factor": "conversion_factor",
    },
)
# The header of the official file spans lines and repeats names, so its columns are known by their order alone.
_BY_ORDER = Layout(columns=_LAYOUT.columns, required=frozenset({"none"}))
_OFFICIAL_HEADER = re.compile(rb"^HCPCS,MOD,DESCRIPTION", re.MULTILINE)
_PREAMBLE_BYTES = 20_000
_VALUES = ("office_units", "facility_units", "conversion_factor")


def parse_fee_schedule(*contents: bytes) -> ParsedTable:
    """One row a code and modifier. Indicators and values may come in two files; later files fill what is empty."""
    texts = [read_text_table(content, _choose_layout(content)) for content in contents]
    merged = _clean(texts[0].table)
    for text in texts[1:]:
        merged = _fill(merged, _clean(text.table))
    is_valid = pa.array(code_keys(merged["code"])[1])
    kept = merged.filter(is_valid)
    columns = [_number(kept[field.name]) if field.name in _VALUES else kept[field.name] for field in COLUMNS]
    return ParsedTable(pa.table(columns, schema=COLUMNS), _count_rejected(texts, merged, kept))


def _choose_layout(content: bytes) -> Layout:
    return _BY_ORDER if _OFFICIAL_HEADER.search(content[:_PREAMBLE_BYTES]) else _LAYOUT


def _clean(table: pa.Table) -> pa.Table:
    return pa.table({name: pc.utf8_trim_whitespace(pc.fill_null(table[name], "")) for name in COLUMNS.names})


def _fill(table: pa.Table, other: pa.Table) -> pa.Table:
    joined = table.join(other, ["code", "modifier"], right_suffix="_other", join_type="left outer")
    filled = {"code": joined["code"], "modifier": joined["modifier"]}
    for name in COLUMNS.names[2:]:
        fallback = pc.fill_null(joined[f"{name}_other"], "")
        filled[name] = pc.if_else(pc.equal(joined[name], ""), fallback, joined[name])
    return pa.table(filled).sort_by([("code", "ascending"), ("modifier", "ascending")])


def _number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    is_number = pc.match_substring_regex(column, r"^[0-9]*\.?[0-9]+$")
    return pc.if_else(is_number, column, "0").cast(pa.float64())


def _count_rejected(texts: list[TextTable], merged: pa.Table, kept: pa.Table) -> int:
    dropped: int = merged.num_rows - kept.num_rows
    return sum(text.ragged for text in texts) + dropped
