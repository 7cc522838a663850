"""Imports HCPCS Level II: the annual or quarterly file of CMS, alone or in its zip, or a CSV."""

import re
from collections.abc import Sequence
from datetime import date

from data.codes import CodeSystem
from data.codeset_table import CodeRow, Level, to_table
from data.formats.conversion_table import Conversion
from data.formats.hcpcs_annual import HcpcsCode, is_hcpcs_csv, is_hcpcs_file, parse_hcpcs_csv, parse_hcpcs_file
from data.import_sources import ReleaseImportError, Source
from data.importers.code_rows import release_before, retire
from data.importers.request import ImportedTable, Importer, ImportRequest, Period, base_name, in_file, settle_period

_EXPECTED = "expected the HCPCS file of CMS (HCPC2026_JAN_ANWEB.txt), or a CSV with a code and a description"
_NAME = re.compile(r"HCPC(20[0-9]{2})_(JAN|APR|JUL|OCT)", re.IGNORECASE)
_MONTHS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}
# D codes are CDT, the American Dental Association's, and no part of the public set.
_DENTAL = "D"


def read_hcpcs(request: ImportRequest) -> ImportedTable:
    source, codes = _find_codes(request.sources)
    period = settle_period(request, _guess_quarter(base_name(source)))
    public = [code for code in codes if not code.compact.startswith(_DENTAL)]
    base = release_before(request.library, CodeSystem.HCPCS, period.valid_from)
    rows = [_row(code) for code in public if _is_in_use(code, period.valid_from)]
    ended = {code.compact: code for code in public if not _is_in_use(code, period.valid_from)}
    conversions = {compact: Conversion(code.term, code.successors) for compact, code in ended.items()}
    retired = retire(base, rows, conversions, period.valid_from)
    for row in retired:
        if row.name in ended:
            row.valid_to = ended[row.name].terminated or row.valid_to
    left_out = len(codes) - len(public)
    remarks = (f"{left_out} dental codes, which are the ADA's, were left out",) if left_out else ()
    return ImportedTable(to_table([*rows, *retired]), period, rejected=left_out, remarks=remarks)


HCPCS = Importer(CodeSystem.HCPCS.value, read_hcpcs, "public domain (CMS)")


def _find_codes(sources: Sequence[Source]) -> tuple[Source, list[HcpcsCode]]:
    found = []
    for source in sources:
        codes = in_file(source, _parse, source)
        if codes:
            found.append((source, codes))
        elif not source.is_companion:
            raise ReleaseImportError(f"{source.name}, line 1: {_EXPECTED}")
    if len(found) != 1:
        raise ReleaseImportError(f"{sources[0].name}: {_EXPECTED}; found {len(found)} such files")
    return found[0]


def _parse(source: Source) -> list[HcpcsCode]:
    """Empty when the file is of another layout."""
    text = source.text()
    if is_hcpcs_file(text):
        return parse_hcpcs_file(text)
    return parse_hcpcs_csv(text) if is_hcpcs_csv(text) else []


def _is_in_use(code: HcpcsCode, day: date) -> bool:
    return code.is_current and (code.terminated is None or code.terminated >= day)


def _row(code: HcpcsCode) -> CodeRow:
    return CodeRow(
        Level.CODE, code.compact, code.term, is_billable=True, valid_from=code.added, valid_to=code.terminated
    )


def _guess_quarter(name: str) -> Period | None:
    """CMS publishes HCPCS by the quarter; a release holds until the next one is imported."""
    found = _NAME.search(name)
    if found is None:
        return None
    first = date(int(found[1]), _MONTHS[found[2].upper()], 1)
    return Period(f"{first:%Y-%m}", first, None)
