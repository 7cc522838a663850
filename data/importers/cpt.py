"""Imports the operator's own licensed CPT file. Its text stays in the operator's home."""

import re
from datetime import date

from data.codes import CodeSystem
from data.codeset_table import to_table
from data.formats.cpt_text import parse_cpt_text
from data.import_sources import ReleaseImportError
from data.importers.code_rows import arrange, release_before, retire
from data.importers.request import ImportedTable, Importer, ImportRequest, Period, base_name, in_file, settle_period

_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")


def read_cpt(request: ImportRequest) -> ImportedTable:
    if len(request.sources) != 1:
        raise ReleaseImportError("expected one file of CPT codes and descriptors, separated by a tab")
    source = request.sources[0]
    listed = in_file(source, parse_cpt_text, source.text())
    period = settle_period(request, _guess_year(base_name(source)))
    rows = arrange(listed, None)
    base = release_before(request.library, CodeSystem.CPT, period.valid_from)
    return ImportedTable(to_table([*rows, *retire(base, rows, {}, period.valid_from)]), period)


CPT = Importer(CodeSystem.CPT.value, read_cpt, "AMA", must_accept="AMA")


def _guess_year(name: str) -> Period | None:
    """CPT changes with the calendar year."""
    found = _YEAR.search(name)
    return Period(found[0], date(int(found[0]), 1, 1), date(int(found[0]), 12, 31)) if found else None
