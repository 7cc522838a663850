"""Recognises the files of an ICD-10-CM release by what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.codes import Icd10Cm, InvalidCodeError
from data.codeset_table import CodeRow
from data.formats.addenda import is_addenda, parse_deleted
from data.formats.code_csv import CODE_NAMES, is_change_list, is_code_list, parse_code_list, read_records
from data.formats.conversion_table import Conversion, is_conversion_table, parse_conversion_table
from data.formats.icd10cm_tabular import parse_tabular
from data.formats.order_file import ListedCode, is_codes_file, is_order_file, parse_codes_file, parse_order_file
from data.import_sources import ReleaseImportError, Source
from data.importers.request import base_name, in_file

EXPECTED = (
    "expected the tabular XML, an order or codes file, a CSV with code, description and billable, "
    "a conversion table, or a list of changed codes"
)
_XML = b"<ICD10CM.tabular"


@dataclass(frozen=True, slots=True)
class CodeList:
    source: Source
    codes: list[ListedCode]


@dataclass(slots=True)
class Icd10CmFiles:
    """`lists` name headers as well, `billable_lists` do not; `removed` codes are deleted or became headers."""

    clues: list[str] = field(default_factory=list)
    tabular: list[CodeRow] = field(default_factory=list)
    lists: list[CodeList] = field(default_factory=list)
    billable_lists: list[CodeList] = field(default_factory=list)
    revised: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    conversions: dict[str, Conversion] = field(default_factory=dict)

    def take(self, source: Source) -> bool:
        """Adds what the file holds; False when it is none of the known layouts."""
        if _XML in source.content[:4096]:
            version, self.tabular = parse_tabular(source.content)
            self.clues.append(version)
            return True
        return self._take_text(source, source.text())

    def _take_text(self, source: Source, text: str) -> bool:
        if is_order_file(text):
            self.lists.append(CodeList(source, parse_order_file(text)))
        elif is_code_list(text):
            self.lists.append(CodeList(source, parse_code_list(text)))
        elif is_conversion_table(text):
            self.conversions |= parse_conversion_table(text)
        elif is_addenda(text):
            self.removed += parse_deleted(text)
        elif is_change_list(text):
            records = read_records(text)
            self.revised |= {record.first_of(CODE_NAMES): record.values["new_description"] for record in records}
        elif codes := _plain_codes(text):
            self.removed += codes
        elif is_codes_file(text):
            self.billable_lists.append(CodeList(source, parse_codes_file(text)))
        else:
            return False
        return True


def recognise(sources: Sequence[Source]) -> Icd10CmFiles:
    """Raises ReleaseImportError on a file of no known layout, unless it merely lies beside one that is known."""
    files = Icd10CmFiles()
    for source in sources:
        if in_file(source, files.take, source):
            files.clues.append(base_name(source))
        elif not source.is_companion:
            raise ReleaseImportError(f"{source.name}, line 1: {EXPECTED}")
    if not (files.tabular or files.lists or files.billable_lists):
        raise ReleaseImportError(f"{sources[0].name}: {EXPECTED}; nothing here lists all codes")
    for code_list in (*files.lists, *files.billable_lists):
        _check_system(code_list)
    return files


def _check_system(code_list: CodeList) -> None:
    for place, code in enumerate(code_list.codes, start=1):
        try:
            Icd10Cm(code.compact)
        except InvalidCodeError as error:
            raise ReleaseImportError(f"{code_list.source.name}, code {place} of the list: {error}") from None


def _plain_codes(text: str) -> list[str]:
    """A file of one code a line; empty when it is anything else."""
    codes = []
    for line in text.split("\n", 10_000):
        if line.strip():
            try:
                codes.append(Icd10Cm.parse(line).compact)
            except InvalidCodeError:
                return []
    return codes
