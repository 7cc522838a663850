"""What all pages show: frozen values computed from nouns, with no markup in them."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every page: who is signed in, and where they may go."""

    user: str = ""
    roles: tuple[str, ...] = ()
    csrf_token: str = ""
    is_demo: bool = False

    @property
    def can_code(self) -> bool:
        return bool({"coder", "admin"} & set(self.roles))

    @property
    def can_bill(self) -> bool:
        return bool({"biller", "admin"} & set(self.roles))


@dataclass(frozen=True, slots=True)
class Standing:
    """The last decision on a suggestion or a claim; the outcome is `open` while there is none."""

    outcome: str = "open"
    code: str = ""
    reason: str = field(default="", repr=False)
    decided_by: str = ""
    decided_at: datetime | None = None


OPEN = Standing()
