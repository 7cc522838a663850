"""Imports an ICD-10-PCS release: the order file or the codes file, alone or in its zip, and the conversion table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.codes import CodeSystem
from data.codeset_table import CodeRow, to_table
from data.formats.addenda import is_addenda, parse_deleted
from data.formats.conversion_table import Conversion, is_conversion_table, parse_conversion_table
from data.formats.order_file import ListedCode, is_codes_file, is_order_file, parse_codes_file, parse_order_file
from data.import_sources import ReleaseImportError, Source
from data.importers.code_rows import arrange, release_before, retire
from data.importers.fiscal_year import guess_fiscal_year
from data.importers.request import ImportedTable, Importer, ImportRequest, base_name, in_file, settle_period

_EXPECTED = "expected the ICD-10-PCS order file, codes file or conversion table, or the zip that holds it"
_CODE_LENGTH = 7
_TABLE_LENGTH = 3


@dataclass(slots=True)
class _Files:
    clues: list[str] = field(default_factory=list)
    listed: list[ListedCode] = field(default_factory=list)
    conversions: dict[str, Conversion] = field(default_factory=dict)

    def take(self, source: Source) -> bool:
        text = source.text()
        if is_order_file(text):
            self.listed = parse_order_file(text)
        elif is_conversion_table(text):
            self.conversions |= parse_conversion_table(text)
        elif is_addenda(text):
            for code, term in parse_deleted(text).items():
                self.conversions.setdefault(code, Conversion(term, ()))
        elif is_codes_file(text):
            self.listed = self.listed or parse_codes_file(text)
        else:
            return False
        return True


def read_icd10pcs(request: ImportRequest) -> ImportedTable:
    files = _recognise(request.sources)
    period = settle_period(request, guess_fiscal_year(files.clues))
    base = release_before(request.library, CodeSystem.ICD10PCS, period.valid_from)
    rows = arrange(files.listed, None)
    retired = retire(base, rows, files.conversions, period.valid_from)
    return ImportedTable(to_table([*rows, *retired]), period, remarks=tuple(_remarks(rows)))


ICD10PCS = Importer(CodeSystem.ICD10PCS.value, read_icd10pcs, "public domain (CMS)")


def _recognise(sources: Sequence[Source]) -> _Files:
    files = _Files()
    for source in sources:
        if in_file(source, files.take, source):
            files.clues.append(base_name(source))
        elif not source.is_companion:
            raise ReleaseImportError(f"{source.name}, line 1: {_EXPECTED}")
    if not files.listed:
        raise ReleaseImportError(f"{sources[0].name}: {_EXPECTED}; nothing here lists all codes")
    for place, code in enumerate(files.listed, start=1):
        if len(code.compact) != (_CODE_LENGTH if code.is_billable else _TABLE_LENGTH):
            raise ReleaseImportError(f"code {place} of the list is no ICD-10-PCS code or table: {_EXPECTED}")
    return files


def _remarks(rows: Sequence[CodeRow]) -> list[str]:
    has_tables = any(not row.is_billable for row in rows)
    return [] if has_tables else ["the codes file names no tables, so that codes have no parents"]
