"""Imports an ICD-10-CM release.

A list of codes has no instructional notes. They come from the tabular XML when it is given as well, and else from the
release before, for the codes that both hold.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.import_sources import ReleaseImportError
from data.importers.code_rows import arrange, release_before, retire, with_headers
from data.importers.fiscal_year import guess_fiscal_year
from data.importers.icd10cm_files import CodeList, Icd10CmFiles, recognise
from data.importers.request import ImportedTable, Importer, ImportRequest, settle_period


def read_icd10cm(request: ImportRequest) -> ImportedTable:
    files = recognise(request.sources)
    period = settle_period(request, guess_fiscal_year(files.clues))
    base = release_before(request.library, CodeSystem.ICD10CM, period.valid_from)
    donor = _as_code_set(files.tabular, period.valid_from) if files.tabular else base
    rows = _rows(files, donor)
    _check_changes(files, {row.name: row for row in rows if row.level is Level.CODE})
    retired = retire(base, rows, files.conversions, period.valid_from)
    return ImportedTable(to_table([*rows, *retired]), period, remarks=tuple(_remarks(files, base)))


ICD10CM = Importer(CodeSystem.ICD10CM.value, read_icd10cm, "public domain (CDC/NCHS, CMS)")


def _as_code_set(rows: list[CodeRow], valid_from: date) -> CodeSet:
    return from_table(CodeSystem.ICD10CM, "tabular", valid_from, None, to_table(rows))


def _rows(files: Icd10CmFiles, donor: CodeSet | None) -> list[CodeRow]:
    lists = sorted(files.lists, key=lambda code_list: len(code_list.codes), reverse=True)
    for shorter in (*lists[1:], *files.billable_lists):
        if lists:
            _check_part(shorter, lists[0])
    if lists:
        return arrange(lists[0].codes, donor)
    if files.tabular:
        return files.tabular
    return arrange(with_headers(files.billable_lists[0].codes, donor), donor)


def _check_part(part: CodeList, whole: CodeList) -> None:
    """A list of added codes, or of the billable ones, must agree with the full list."""
    billable = {code.compact: code.is_billable for code in whole.codes}
    for place, code in enumerate(part.codes, start=1):
        if billable.get(code.compact) is not code.is_billable:
            raise ReleaseImportError(f"{part.source.name}, code {place}: {whole.source.name} says otherwise")


def _check_changes(files: Icd10CmFiles, rows: Mapping[str, CodeRow]) -> None:
    for code in files.removed:
        if code in rows and rows[code].is_billable:
            raise ReleaseImportError(f"{code} is listed as removed, and the list of codes still bills it")
    for code, term in files.revised.items():
        if code not in rows or rows[code].term != term:
            raise ReleaseImportError(f"{code} is listed as revised, and the list of codes has another title")


def _remarks(files: Icd10CmFiles, base: CodeSet | None) -> Iterator[str]:
    if not files.tabular:
        yield f"instructional notes are those of {base.release}" if base else "there are no instructional notes"
