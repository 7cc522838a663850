"""Makes the service lines of one claim."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from data.claims import ClaimLine, RevenueLine
from data.x12.claim_parts import ClaimParts, LineParts
from data.x12.log import Mark, ProblemLog
from data.x12.nouns import make_line
from data.x12.problems import Lost, ProblemKind
from data.x12.services import Service, read_service
from data.x12.values import Elements, at, to_period

Period = tuple[date, date]
_REMEMBERED = 1 << 16


class LineReader:
    """`pointers` says which diagnosis of the claim each of the 837's stands for; `period` is that of the claim."""

    __slots__ = ("_log", "_parts", "_period", "_place", "_pointers", "_used", "lines", "revenue_lines")

    def __init__(
        self, log: ProblemLog, parts: ClaimParts, pointers: Sequence[int | None], period: Period | None
    ) -> None:
        self._log = log
        self._parts = parts
        self._pointers = pointers
        self._period = period
        self._used: set[int] = set()
        self._place = at(parts.opening, 5).split(parts.separators[1], 1)[0]
        self.lines: list[ClaimLine] = []
        self.revenue_lines: list[RevenueLine] = []

    def read(self) -> None:
        for line in self._parts.lines:
            if line.service_mark is None:
                self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=line.mark)
                continue
            try:
                self._read_line(line, line.service_mark)
            except ValueError:
                self._log.tell(ProblemKind.BAD_VALUE, Lost.LINE, mark=line.service_mark)

    def _read_line(self, line: LineParts, mark: Mark) -> None:
        service = read_service(line.service, *self._parts.separators)
        for kind, lost, element in service.findings:
            self._log.tell(kind, lost, element, mark=mark)
        period = (line.date and _read_period(*line.date)) or self._find_period(line)
        if service.charge_cents is None or period is None:
            return
        number = self._number(line)
        said = line.control_number
        control_number = said if said and said != str(number) else None
        if service.procedure is not None:
            self.lines.append(self._make_line(service, number, period, control_number, mark))
        elif service.revenue_code is not None:
            self.revenue_lines.append(_make_revenue_line(service, number, period, control_number))
        elif service.is_institutional:
            self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=mark)

    def _make_line(
        self, service: Service, number: int, period: Period, control_number: str | None, mark: Mark
    ) -> ClaimLine:
        first, last = period
        place = service.place or self._place
        is_place = not service.is_institutional and len(place) == 2 and place.isdigit()
        return make_line(
            {
                "line_number": number,
                "procedure": service.procedure,
                "modifiers": service.modifiers,
                "diagnosis_pointers": self._point(service.pointers, mark),
                "units": service.units,
                "unit_basis": service.unit_basis,
                "charge_cents": service.charge_cents,
                "service_date": first,
                "service_end_date": last if last != first else None,
                "place_of_service": place if is_place else None,
                "revenue_code": service.revenue_code,
                "control_number": control_number,
            }
        )

    def _point(self, said: tuple[int, ...], mark: Mark) -> tuple[int, ...]:
        known = len(self._pointers)
        if type(self._pointers) is range and (not said or 1 <= min(said) <= max(said) <= known):
            return said
        found = [self._pointers[number - 1] if 1 <= number <= known else None for number in said]
        kept = tuple([target for target in found if target is not None])
        if len(kept) != len(said):
            self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, 7, mark=mark)
        return kept

    def _find_period(self, line: LineParts) -> Period | None:
        """Of a line without a day of its own."""
        if line.date is not None:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.VALUE, mark=line.mark)
        if self._period is None:
            self._log.tell(ProblemKind.MISSING_VALUE, Lost.LINE, mark=line.mark)
        return self._period

    def _number(self, line: LineParts) -> int:
        number = _read_number(line.number)
        if not number or number in self._used:
            number = next(free for free in range(1, 10_000) if free not in self._used)
            self._log.tell(ProblemKind.REPEATED_NUMBER, Lost.VALUE, 1, mark=line.mark)
        self._used.add(number)
        return number


@lru_cache(1 << 10)
def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _make_revenue_line(service: Service, number: int, period: Period, control_number: str | None) -> RevenueLine:
    return RevenueLine.model_validate(
        {
            "line_number": number,
            "revenue_code": service.revenue_code,
            "units": service.units,
            "unit_basis": service.unit_basis,
            "charge_cents": service.charge_cents,
            "service_date": period[0],
            "service_end_date": period[1] if period[1] != period[0] else None,
            "control_number": control_number,
        }
    )


def period_of(elements: Elements) -> Period | None:
    """Of a DTP segment; None when it is malformed."""
    return _read_period(at(elements, 2), at(elements, 3))


@lru_cache(_REMEMBERED)
def _read_period(qualifier: str, text: str) -> Period | None:
    try:
        return to_period(qualifier, text)
    except ValueError:
        return None
