"""What an 835 says of one payment and of one claim in it, while it is being read."""

from dataclasses import dataclass, field
from datetime import date

from data.remittances import Adjustment, ProviderAdjustment
from data.x12.log import Mark
from data.x12.values import Elements


@dataclass(slots=True)
class PaymentParts:
    """The head of an 835: BPR, TRN, the payer and the payee."""

    mark: Mark
    amount: int | None = None
    issued_on: date | None = None
    produced_on: date | None = None
    number: str = ""
    payer_id: str = ""
    payer_name: str = ""
    originator: str = ""
    payee_id: str = ""
    paid: int = 0
    adjustments: list[ProviderAdjustment] = field(default_factory=list)

    @property
    def payer(self) -> str:
        """The payer's own identifier, else the one its bank knows it by, else its name."""
        return self.payer_id or self.originator or self.payer_name or "unknown"


@dataclass(slots=True)
class ServiceParts:
    """SVC, as one text, and what follows it."""

    mark: Mark
    service: str
    date: str = ""
    control_number: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class AnswerParts:
    """CLP and what follows it. `separators` part elements and components."""

    mark: Mark
    opening: Elements
    separators: tuple[str, str]
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    date: str = ""
    services: list[ServiceParts] = field(default_factory=list)
