"""NCCI procedure-to-procedure files: the tab-delimited text of CMS, or columns of those names in CSV or Parquet."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.code_keys import code_keys
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE, day_numbers
from data.formats.delimited import Layout, read_text_table
from data.formats.parsed import ParsedTable
from data.ncci_pairs import COLUMNS, EditSetting

_LAYOUT = Layout(
    columns=("column1", "column2", "prior_to_1996", "effective", "deletion", "indicator", "rationale"),
    required=frozenset({"column1", "column2", "indicator"}),
    names={
        "col1": "column1",
        "col2": "column2",
        "column_1": "column1",
        "column_2": "column2",
        "effective_date": "effective",
        "deletion_date": "deletion",
        "modifier": "indicator",
        "modifier_indicator": "indicator",
    },
)
_PAIR_BASE = np.uint64(36**5)


def parse_ncci(content: bytes) -> ParsedTable:
    """Pairs sorted by key. Rows whose codes, indicator or dates can't be read are counted as rejected.

    A pair that was deleted on the day it took effect never held; it is left out without being counted.
    """
    text = read_text_table(content, _LAYOUT)
    first, is_first = code_keys(text.table["column1"])
    second, is_second = code_keys(text.table["column2"])
    indicator = pc.index_in(pc.utf8_trim_whitespace(text.table["indicator"]), pa.array([*"0123456789"]))
    indicators = pc.fill_null(indicator, -1).to_numpy()
    is_valid = is_first & is_second & np.isin(indicators, (0, 1, 9))
    effective = day_numbers(text.table["effective"], missing=ALWAYS_BEFORE)
    deletion = day_numbers(text.table["deletion"], missing=ALWAYS_AFTER)
    rows = np.flatnonzero(is_valid & (effective < deletion))
    pairs = (first * _PAIR_BASE + second)[rows]
    order = np.lexsort((effective[rows], pairs))
    kept = rows[order]
    columns = (pairs[order], effective[kept], deletion[kept], indicators[kept].astype(np.uint8))
    table = pa.table([pa.array(column) for column in columns], schema=COLUMNS)
    return ParsedTable(table, text.ragged + int((~is_valid).sum()), text.preamble)


def guess_setting(file_name: str, preamble: str = "") -> EditSetting:
    """CMS names its files ccipra (practitioner) and ccioph (outpatient hospital); MUE files say it in their heading."""
    words = f"{file_name} {preamble}".lower()
    if "dme" in words or "supplier" in words:
        return EditSetting.SUPPLIER
    hospital = ("outpatient", "hospital", "ccioph", "_out_", "_oph")
    return EditSetting.HOSPITAL if any(word in words for word in hospital) else EditSetting.PRACTITIONER
