"""Reads service lines: SV1 of a professional claim, SV2 of an institutional one."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from data.claims import ClaimLine, RevenueLine
from data.noun import Modifier
from data.x12.claim_parts import ClaimParts, LineParts
from data.x12.log import ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import (
    Elements,
    at,
    to_basis,
    to_cents,
    to_period,
    to_procedure,
    to_quantity,
    to_revenue_code,
)

Period = tuple[date, date]
Value = TypeVar("Value")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_CODES = "HC"
# Where SV1 and SV2 have their elements: procedure, charge, basis, quantity.
_PROFESSIONAL, _INSTITUTIONAL = (1, 2, 3, 4), (2, 3, 4, 5)


class LineReader:
    """The lines of one claim; `pointers` says which diagnosis of the claim each of the 837's stands for."""

    def __init__(
        self, log: ProblemLog, parts: ClaimParts, pointers: Sequence[int | None], period: Period | None
    ) -> None:
        self._log = log
        self._parts = parts
        self._pointers = pointers
        self._period = period
        self._used: set[int] = set()
        self._place = at(parts.opening, 5).split(parts.component)[0]
        self.lines: list[ClaimLine] = []
        self.revenue_lines: list[RevenueLine] = []

    def read(self) -> None:
        for line in self._parts.lines:
            if line.service_mark is None:
                self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=line.mark)
                continue
            try:
                self._read_line(line)
            except (ValidationError, ValueError):
                self._log.tell(ProblemKind.BAD_VALUE, Lost.LINE, mark=line.service_mark)

    def _read_line(self, line: LineParts) -> None:
        service, is_institutional = line.service, line.service[0] == "SV2"
        code_at, charge_at, basis_at, quantity_at = _INSTITUTIONAL if is_institutional else _PROFESSIONAL
        charge = self._try(line, charge_at, to_cents, at(service, charge_at))
        period = self._find_period(line)
        if charge is None or period is None:
            return
        number = self._number(line)
        values: dict[str, Any] = {
            "line_number": number,
            "charge_cents": charge,
            "units": self._read_units(line, at(service, quantity_at), quantity_at),
            "unit_basis": to_basis(at(service, basis_at)),
            "service_date": period[0],
            "service_end_date": period[1] if period[1] != period[0] else None,
            "control_number": line.control_number if line.control_number not in ("", str(number)) else None,
        }
        codes = at(service, code_at).split(self._parts.component)
        if is_institutional:
            self._add_institutional(line, codes, values)
        else:
            self._add_professional(line, codes, values)

    def _add_professional(self, line: LineParts, codes: list[str], values: dict[str, Any]) -> None:
        procedure = self._read_procedure(line, codes, 1, Lost.LINE)
        place = at(line.service, 5) or self._place
        if procedure is not None:
            values["place_of_service"] = place if len(place) == 2 and place.isdigit() else None
            values["diagnosis_pointers"] = self._read_pointers(line, at(line.service, 7))
            self.lines.append(ClaimLine(procedure=procedure, modifiers=self._read_modifiers(line, codes, 1), **values))

    def _add_institutional(self, line: LineParts, codes: list[str], values: dict[str, Any]) -> None:
        revenue_code = self._try(line, 1, to_revenue_code, at(line.service, 1), Lost.VALUE)
        procedure = self._read_procedure(line, codes, 2, Lost.VALUE) if codes != [""] else None
        if procedure is not None:
            modifiers = self._read_modifiers(line, codes, 2)
            self.lines.append(ClaimLine(procedure=procedure, modifiers=modifiers, revenue_code=revenue_code, **values))
        elif revenue_code is not None:
            self.revenue_lines.append(RevenueLine(revenue_code=revenue_code, **values))
        else:
            self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=line.service_mark)

    def _read_procedure(self, line: LineParts, codes: list[str], element: int, lost: Lost) -> Any:
        if len(codes) < 2 or codes[0] != _CODES:
            self._log.tell(ProblemKind.BAD_CODE, lost, element, mark=line.service_mark)
            return None
        return self._try(line, element, to_procedure, codes[1], lost, ProblemKind.BAD_CODE)

    def _read_modifiers(self, line: LineParts, codes: list[str], element: int) -> tuple[Modifier, ...]:
        said = [code.strip().upper() for code in codes[2:6] if code]
        kept = tuple(code for code in said if _MODIFIER.fullmatch(code))
        if len(kept) != len(said):
            self._log.tell(ProblemKind.BAD_CODE, Lost.VALUE, element, mark=line.service_mark)
        return kept

    def _read_pointers(self, line: LineParts, text: str) -> tuple[int, ...]:
        found: list[int] = []
        for part in filter(None, text.split(self._parts.component)):
            number, is_whole = to_quantity(part)
            target = self._pointers[number - 1] if is_whole and 1 <= number <= len(self._pointers) else None
            if target is None:
                self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, 7, mark=line.service_mark)
            else:
                found.append(target)
        return tuple(found)

    def _read_units(self, line: LineParts, text: str, element: int) -> int:
        units, is_whole = self._try(line, element, to_quantity, text, Lost.VALUE) or (1, True)
        if not is_whole or units == 0:
            self._log.tell(ProblemKind.ROUNDED, Lost.VALUE, element, mark=line.service_mark)
        return max(1, units)

    def _find_period(self, line: LineParts) -> Period | None:
        if line.date:
            period = self._try_period(line)
            if period is not None:
                return period
        if self._period is None:
            self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=line.mark)
        return self._period

    def _try_period(self, line: LineParts) -> Period | None:
        try:
            return to_period(at(line.date, 2), at(line.date, 3))
        except ValueError:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, mark=line.mark)
            return None

    def _number(self, line: LineParts) -> int:
        number = int(line.number) if line.number.isascii() and line.number.isdigit() and len(line.number) < 4 else 0
        if not number or number in self._used:
            number = next(free for free in range(1, 10_000) if free not in self._used)
            self._log.tell(ProblemKind.REPEATED_NUMBER, Lost.VALUE, 1, mark=line.mark)
        self._used.add(number)
        return number

    def _try(
        self,
        line: LineParts,
        element: int,
        read: Callable[[str], Value],
        text: str,
        lost: Lost = Lost.LINE,
        kind: ProblemKind = ProblemKind.BAD_VALUE,
    ) -> Value | None:
        """Reads one value of the service segment, or says that it can't be read."""
        try:
            return read(text)
        except ValueError:
            missing = ProblemKind.MISSING_VALUE if not text else kind
            self._log.tell(missing, lost, element, mark=line.service_mark)
            return None


def period_of(elements: Elements) -> Period | None:
    """Of a DTP segment; None when it is not there or is malformed."""
    try:
        return to_period(at(elements, 2), at(elements, 3)) if elements else None
    except ValueError:
        return None
