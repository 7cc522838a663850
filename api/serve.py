"""Runs the service: binds its address, loads what it serves, says how to sign in, and ends what is under way."""

import contextlib
import ipaddress
import socket
import sys
from collections.abc import Callable, Mapping

import uvicorn
from fastapi import FastAPI

from api.demo import prepare_contracts, prepare_demo
from api.in_service import load_services
from api.logging import configure_logging
from api.main import create_app
from api.settings import Settings

_GRACE_SECONDS = 20
_BACKLOG = 128


class ServeError(Exception):
    """The address can't be had."""


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    demo: bool = False,
    settings: Settings | None = None,
    tell: Callable[[str], object] | None = None,
) -> None:
    """Returns when it is told to stop (SIGINT, SIGTERM). Raises ServeError before anything is loaded."""
    configure_logging()
    tell = tell or _tell
    settings = (settings or Settings()).model_copy(update={"demo": demo})
    listener = listen(host, port)
    if demo:
        prepare_contracts(settings.home)
    services = load_services(settings.home)
    try:
        if not is_loopback(host):
            tell("Warning: without TLS in front, what is sent over this network can be read by others.")
        passwords = prepare_demo(services, settings.home) if demo else {}
        app = create_app(settings.model_copy(update={"demo": demo or settings.demo}), services)
        tell(greet(listener, passwords))
        with contextlib.suppress(KeyboardInterrupt):
            make_server(app, settings.trusted_proxies).run(sockets=[listener])
    finally:
        services.store.close()


def make_server(app: FastAPI, trusted_proxies: str = "") -> uvicorn.Server:
    """Logging is configured already, and requests are logged by the application alone."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """Raises ServeError. Connections inherit TCP_NODELAY: without it answers may wait 40 ms for an acknowledgement."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "not a port"
        raise ServeError(f"can't listen on {host}:{port}: {reason}") from None
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def greet(listener: socket.socket, passwords: Mapping[str, str]) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    lines = [f"chartcode is at http://{shown}:{port}/ (API reference: /docs, stop: Ctrl-C)"]
    if passwords:
        lines += ["Sign in as:", *(f"  {name:<8} {password}" for name, password in passwords.items())]
    return "\n".join(lines)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
