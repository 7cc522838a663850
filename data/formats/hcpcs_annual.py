"""HCPCS Level II as CMS publishes it (`HCPC2026_JAN_ANWEB.txt`, 320 columns), and as CSV with a header.

Columns of the record layout: code 1-5, sequence 6-10, record type 11 (3 first and 4 further lines of a code, 7 and 8 of
a modifier), long description 12-91, short description 92-119, cross references 205-229 in fives, dates as YYYYMMDD:
added 269-276, action 277-284, terminated 285-292.
"""

import re
from dataclasses import dataclass
from datetime import date

from data.formats.code_csv import CODE_NAMES, CsvRecord, header_of, read_records
from data.formats.official_xml import LayoutError

_RECORD = re.compile(r"(?:[A-Z][0-9]{4}|   [0-9A-Z]{2})[0-9 ]{5}[3478].{80}.*")
_CODE = re.compile(r"[A-V][0-9]{4}")
_FIRST, _MORE, _MODIFIERS = "3", "4", "78"
_TERM_STEMS = ("long", "description", "short")
_ADDED_NAMES = ("date_added", "add_date", "added", "code_added_date")
_ENDED_NAMES = ("date_term", "term_date", "termination_date", "terminated")
_SUCCESSOR_NAMES = ("xref", "xref1")


@dataclass(frozen=True, slots=True)
class HcpcsCode:
    compact: str
    term: str
    added: date | None = None
    terminated: date | None = None
    successors: tuple[str, ...] = ()
    is_current: bool = True


def is_hcpcs_file(text: str) -> bool:
    return _RECORD.fullmatch(text.partition("\n")[0].rstrip("\r")) is not None


def is_hcpcs_csv(text: str) -> bool:
    names = header_of(text)
    return any(name in CODE_NAMES for name in names) and any(name.startswith(_TERM_STEMS) for name in names)


def parse_hcpcs_file(text: str) -> list[HcpcsCode]:
    """The codes in the file's order; modifiers are passed over."""
    found: dict[str, HcpcsCode] = {}
    for number, line in enumerate(text.rstrip("\x1a\r\n ").split("\n"), start=1):
        if _RECORD.fullmatch(line.rstrip("\r")) is None:
            raise LayoutError(f"line {number}: expected a record of the HCPCS file of CMS")
        if line[10] in _MODIFIERS:
            continue
        code = line[:5]
        if line[10] == _FIRST:
            found[code] = _read_record(line, number)
        elif code not in found:
            raise LayoutError(f"line {number}: the description goes on before it began")
        else:
            found[code] = _continued(found[code], line)
    return list(found.values())


def parse_hcpcs_csv(text: str) -> list[HcpcsCode]:
    return [_from_csv(record) for record in read_records(text)]


def _read_record(line: str, number: int) -> HcpcsCode:
    references = (line[start : start + 5] for start in range(204, 229, 5))
    return HcpcsCode(
        compact=_checked(line[:5], number),
        term=line[11:91].strip(),
        added=_day(line[268:276], number),
        terminated=_day(line[284:292], number),
        successors=tuple(reference for reference in references if _CODE.fullmatch(reference)),
    )


def _continued(code: HcpcsCode, line: str) -> HcpcsCode:
    term = f"{code.term} {line[11:91].strip()}".strip()
    return HcpcsCode(code.compact, term, code.added, code.terminated, code.successors)


def _from_csv(record: CsvRecord) -> HcpcsCode:
    current = [value for name, value in record.values.items() if name.startswith("current")]
    reference = record.first_of(_SUCCESSOR_NAMES)
    return HcpcsCode(
        compact=_checked(record.first_of(CODE_NAMES), record.line),
        term=_first_term(record),
        added=_day(record.first_of(_ADDED_NAMES), record.line),
        terminated=_day(record.first_of(_ENDED_NAMES), record.line),
        successors=(reference,) if _CODE.fullmatch(reference) else (),
        is_current=current[0] != "0" if current else True,
    )


def _first_term(record: CsvRecord) -> str:
    """The long description, or the next best that is filled in."""
    terms = (value for stem in _TERM_STEMS for name, value in record.values.items() if name.startswith(stem) and value)
    return next(terms, "")


def _checked(code: str, number: int) -> str:
    if not _CODE.fullmatch(code):
        raise LayoutError(f"line {number}: expected a HCPCS Level II code such as J1885")
    return code


def _day(written: str, number: int) -> date | None:
    digits = written.strip().replace("-", "")
    if not digits:
        return None
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise LayoutError(f"line {number}: expected a date as YYYYMMDD or YYYY-MM-DD") from None
