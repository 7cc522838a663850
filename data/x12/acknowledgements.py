"""What comes back before any payer decides: TA1, 999 and 997, and the 277CA. A rejection here is not a denial."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Annotated

from pydantic import Field

from data.noun import Flag, Identifier, IsoDate, Noun
from data.x12.log import Mark, ProblemLog
from data.x12.problems import Lost, ProblemKind
from data.x12.values import Elements, at, to_date

_ACCEPTED = ("A", "E", "P")
_REJECTING = ("A3", "A4", "A6", "A7", "A8")
_PASSED_999 = "CTX IK4 AK4".split()
_PASSED_277 = "BHT HL NM1 PER DTP DMG AMT QTY SVC N3 N4".split()

Code = Annotated[str, Field(max_length=20)]


class Acknowledgement(Noun):
    """What happened to an interchange (TA1) or a group of transactions (999, 997) that was sent.

    `control_number` is the one under which it was sent. `errors` name segments by their place in it: `CLM 14`.
    """

    kind: Code
    control_number: Code
    is_accepted: Flag
    code: Code
    errors: tuple[Code, ...] = ()


class ClaimStatus(Noun):
    """Whether the payer took a claim in (277CA): category and status codes such as A7 and 562, and the day of STC02."""

    claim_id: Identifier
    is_rejected: Flag
    category: Code
    status: Code
    payer_control_number: Code | None = None
    reported_on: IsoDate | None = None


class AcknowledgementLoops:
    """One 999 or 997 transaction."""

    def __init__(self, log: ProblemLog, kind: str, close: Callable[[Acknowledgement], None]) -> None:
        self._log = log
        self._kind = kind
        self._close = close
        self.begin()
        self.handlers: Mapping[str, Callable[[Elements], None]] = dict.fromkeys(_PASSED_999, _pass) | {
            "AK1": self._take_group,
            "AK2": _pass,
            "AK3": self._take_error,
            "IK3": self._take_error,
            "AK5": _pass,
            "IK5": _pass,
            "AK9": self._take_result,
        }

    def begin(self) -> None:
        self._group = ""
        self._errors: list[str] = []

    def finish(self, *, is_whole: bool) -> None:
        if self._group:
            self._log.tell(ProblemKind.MISSING_VALUE if is_whole else ProblemKind.TRUNCATED, Lost.TRANSACTION)

    def _take_group(self, elements: Elements) -> None:
        self._group = at(elements, 2)[:20]

    def _take_error(self, elements: Elements) -> None:
        self._errors.append(f"{at(elements, 1)[:3]} {at(elements, 2)[:10]}")

    def _take_result(self, elements: Elements) -> None:
        code = at(elements, 1)[:20]
        self._close(
            Acknowledgement(
                kind=self._kind,
                control_number=self._group,
                is_accepted=code in _ACCEPTED,
                code=code,
                errors=tuple(self._errors),
            )
        )
        self.begin()


def read_interchange_acknowledgement(elements: Elements) -> Acknowledgement:
    """TA1, which stands in an interchange outside any group."""
    return Acknowledgement(
        kind="TA1",
        control_number=at(elements, 1)[:20],
        is_accepted=at(elements, 4) in _ACCEPTED,
        code=(at(elements, 5) or at(elements, 4))[:20],
    )


class ClaimStatusLoops:
    """One 277CA transaction: TRN with the claim's number, then STC with its status."""

    def __init__(self, log: ProblemLog, close: Callable[[ClaimStatus], None]) -> None:
        self._log = log
        self._close = close
        self.begin()
        self.handlers: Mapping[str, Callable[[Elements], None]] = dict.fromkeys(_PASSED_277, _pass) | {
            "HL": self._take_level,
            "TRN": self._take_trace,
            "STC": self._take_status,
            "REF": self._take_reference,
        }

    def begin(self) -> None:
        self._mark: Mark = self._log.mark
        self._in_claim = False
        self._forget()

    def _forget(self) -> None:
        self._claim_id, self._payer_number = "", ""
        self._status: Elements = []
        self._reported_on: date | None = None

    def finish(self, *, is_whole: bool) -> None:
        if self._claim_id and self._status:
            self._emit()
        elif self._claim_id:
            self._log.tell(
                ProblemKind.MISSING_VALUE if is_whole else ProblemKind.TRUNCATED, Lost.CLAIM, mark=self._mark
            )
        self._forget()

    def _take_level(self, elements: Elements) -> None:
        self.finish(is_whole=True)
        self._in_claim = at(elements, 3) == "PT"

    def _take_trace(self, elements: Elements) -> None:
        if self._in_claim:
            self.finish(is_whole=True)
            self._claim_id, self._mark = at(elements, 2), self._log.mark

    def _take_status(self, elements: Elements) -> None:
        """The first speaks for the claim; those after it say more of the same."""
        if self._claim_id and not self._status:
            self._status = at(elements, 1).split(self._log.mark[0].delimiters.component)
            with suppress(ValueError):
                self._reported_on = to_date(at(elements, 2))

    def _take_reference(self, elements: Elements) -> None:
        if self._claim_id and at(elements, 1) == "1K":
            self._payer_number = at(elements, 2)

    def _emit(self) -> None:
        category = self._status[0][:20]
        try:
            self._close(
                ClaimStatus(
                    claim_id=self._claim_id,
                    is_rejected=category in _REJECTING,
                    category=category,
                    status=at(self._status, 1)[:20],
                    payer_control_number=self._payer_number[:20] or None,
                    reported_on=self._reported_on,
                )
            )
        except ValueError:
            self._log.tell(ProblemKind.BAD_VALUE, Lost.CLAIM, mark=self._mark)


def _pass(_elements: Elements) -> None:
    """Nothing of it is kept here."""
