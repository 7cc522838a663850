"""Code lists as comma-separated values with a header, as they are passed around beside the official files."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from data.formats.official_xml import LayoutError
from data.formats.order_file import ListedCode

CODE_NAMES = ("code", "hcpcs_code", "hcpcs", "hcpc")
_TERM_NAMES = ("description", "long_description", "new_description", "term", "title")
_BILLABLE_NAMES = ("billable", "is_billable", "valid")
_PARENT_NAMES = ("parent",)
_TRUE = {"1", "true", "yes", "y"}
_FALSE = {"0", "false", "no", "n"}


@dataclass(frozen=True, slots=True)
class CsvRecord:
    line: int
    values: Mapping[str, str]

    def first_of(self, names: Sequence[str]) -> str:
        """The first value that is there and not empty."""
        return next((value for name in names if (value := self.values.get(name, ""))), "")


def header_of(text: str) -> list[str]:
    line = text.partition("\n")[0].strip()
    return [name.strip().lower() for name in next(csv.reader([line]), [])]


def read_records(text: str) -> list[CsvRecord]:
    """Rows by the names of the header, in lower case. Raises LayoutError on a row of another width."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    names = [name.strip().lower() for name in next(reader, [])]
    records = []
    try:
        for row in reader:
            if len(row) != len(names):
                raise LayoutError(f"line {reader.line_num}: expected {len(names)} fields, found {len(row)}")
            records.append(CsvRecord(reader.line_num, dict(zip(names, map(str.strip, row), strict=True))))
    except csv.Error:
        raise LayoutError(f"line {reader.line_num}: expected comma-separated values in balanced quotes") from None
    return records


def is_code_list(text: str) -> bool:
    """A full list says which codes are billable."""
    names = set(header_of(text))
    return all(names & set(group) for group in (CODE_NAMES, _TERM_NAMES, _BILLABLE_NAMES))


def is_change_list(text: str) -> bool:
    names = set(header_of(text))
    return bool(names & set(CODE_NAMES)) and "new_description" in names


def parse_code_list(text: str) -> list[ListedCode]:
    return [_listed(record) for record in read_records(text)]


def _listed(record: CsvRecord) -> ListedCode:
    compact = record.first_of(CODE_NAMES).upper().replace(".", "")
    billable = record.first_of(_BILLABLE_NAMES).lower()
    if not compact.isalnum() or billable not in _TRUE | _FALSE:
        raise LayoutError(f"line {record.line}: expected a code, and 0 or 1 for billable")
    return ListedCode(compact, record.first_of(_TERM_NAMES), billable in _TRUE, record.first_of(_PARENT_NAMES) or None)
