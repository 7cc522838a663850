"""Imports the ICD-10-CM Alphabetic Index with its neoplasm, drug and external-cause tables, in CDC's XML."""

from collections import Counter

from data.formats.icd10cm_index import IndexEntry, parse_index
from data.import_sources import ReleaseImportError
from data.importers.fiscal_year import guess_fiscal_year
from data.importers.request import ImportedTable, Importer, ImportRequest, base_name, in_file, settle_period
from data.index_terms import INDEX_KIND, index_table

_ROOT = b"<ICD10CM.index"
_EXPECTED = "expected the XML of the Alphabetic Index, or of its neoplasm, drug or external-cause table"


def read_icd10cm_index(request: ImportRequest) -> ImportedTable:
    entries: list[IndexEntry] = []
    clues: list[str] = []
    for source in request.sources:
        if _ROOT in source.content[:4096]:
            version, found = in_file(source, parse_index, source.content)
            if any(entry.book is found[0].book for entry in entries):
                raise ReleaseImportError(f"{source.name}: a second file of the {found[0].book} index")
            entries += found
            clues += [version, base_name(source)]
        elif not source.is_companion:
            raise ReleaseImportError(f"{source.name}, line 1: {_EXPECTED}")
    if not entries:
        raise ReleaseImportError(f"{request.sources[0].name}: {_EXPECTED}")
    period = settle_period(request, guess_fiscal_year(clues))
    counts = Counter(entry.book.value for entry in entries)
    return ImportedTable(
        index_table(entries), period, remarks=tuple(f"{book}: {n} terms" for book, n in counts.items())
    )


ICD10CM_INDEX = Importer(INDEX_KIND, read_icd10cm_index, "public domain (CDC/NCHS)")
