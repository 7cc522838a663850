"""Which parts keep the service from working."""

from collections.abc import Callable

from sqlalchemy import text

from api.logging import describe_error, get_logger
from api.services import Services


def find_unready(services: Services) -> list[str]:
    checks: dict[str, Callable[[], object]] = {
        "store": lambda: _ask(services),
        "coding model": lambda: services.suggester.model_version,
        "denial model": lambda: services.reviewer.model_version,
    }
    return [name for name, check in checks.items() if not _works(check)]


def _ask(services: Services) -> None:
    with services.store.reading() as session:
        session.execute(text("SELECT 1"))


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception as error:
        get_logger().error("not_ready", **describe_error(error))
        return False
    return True
