"""Sign-ins of the workbench: a cookie's token, kept as its hash, with the secret that signs its forms."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from data.store.errors import NotFoundError
from data.store.tables import BrowserSessionRow
from data.store.users import User, find_active_user, hash_token

LIFETIME = timedelta(hours=12)


class BrowserSession(NamedTuple):
    user: User
    csrf_secret: str
    expires_at: datetime


def open_browser_session(
    session: Session, name: str, *, at: datetime, lifetime: timedelta = LIFETIME
) -> tuple[str, BrowserSession]:
    """The cookie's token, shown this once, and the session. Raises NotFoundError for an unknown or disabled user."""
    user = find_active_user(session, name)
    if user is None:
        raise NotFoundError("user")
    session.execute(delete(BrowserSessionRow).where(BrowserSessionRow.expires_at <= at))
    token = secrets.token_urlsafe(32)
    row = BrowserSessionRow(
        token_sha256=hash_token(token),
        user_name=name,
        csrf_secret=secrets.token_hex(32),
        opened_at=at,
        expires_at=at + lifetime,
    )
    session.add(row)
    session.flush()
    return token, BrowserSession(user, row.csrf_secret, row.expires_at)


def find_browser_session(session: Session, token: str, *, at: datetime) -> BrowserSession | None:
    """None when unknown, expired, closed, or of a disabled user."""
    digest = hash_token(token)
    row = session.get(BrowserSessionRow, digest)
    if row is None or row.expires_at <= at or not hmac.compare_digest(row.token_sha256, digest):
        return None
    user = find_active_user(session, row.user_name)
    return BrowserSession(user, row.csrf_secret, row.expires_at) if user else None


def close_browser_session(session: Session, token: str) -> None:
    session.execute(delete(BrowserSessionRow).where(BrowserSessionRow.token_sha256 == hash_token(token)))
