"""Who may sign in, with which roles, by password or by bearer token."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.autonomy import AUTONOMY
from data.noun import Flag, Identifier, Noun, UtcTime
from data.store.audit import append_event
from data.store.errors import AlreadyExistsError, NotFoundError, SignInError
from data.store.tables import AccessTokenRow, BrowserSessionRow, UserRow

_PREFIX_LENGTH = 10
_HASHER = PasswordHasher()


class Role(StrEnum):
    CODER = "coder"
    BILLER = "biller"
    AUDITOR = "auditor"
    DATA_SCIENTIST = "data_scientist"
    ADMIN = "admin"


class User(Noun):
    name: Identifier
    roles: frozenset[Role]
    is_disabled: Flag = False
    created_at: UtcTime


class TokenInfo(Noun):
    """What may be shown of a token: its first characters."""

    prefix: str
    user_name: Identifier
    issued_at: UtcTime
    revoked_at: UtcTime | None


def add_user(
    session: Session,
    name: str,
    roles: Iterable[Role],
    *,
    password: str | None = None,
    by: str = "cli",
    at: datetime | None = None,
) -> tuple[User, str]:
    """The user and the password, which is made up unless given.

    Raises AlreadyExistsError, also for the name under which released codes are accepted.
    """
    moment = at or datetime.now(UTC)
    user = User(name=name, roles=frozenset(roles), created_at=moment)
    if name == AUTONOMY or session.get(UserRow, name) is not None:
        raise AlreadyExistsError("user")
    secret = password if password is not None else secrets.token_urlsafe(15)
    names = sorted(role.value for role in user.roles)
    session.add(
        UserRow(
            name=name,
            roles=json.dumps(names),
            password_hash=_HASHER.hash(secret),
            is_disabled=False,
            created_at=moment,
        )
    )
    session.flush()
    append_event(session, "user.added", actor=by, subject=name, at=moment, details={"roles": tuple(names)})
    return user, secret


def check_password(session: Session, name: str, password: str) -> User:
    """Raises SignInError, in the same words and after the same work, for each reason."""
    row = session.get(UserRow, name)
    is_right = _verify(row.password_hash if row else _unknown_user_hash(), password)
    if row is None or not is_right or row.is_disabled:
        raise SignInError
    return _to_user(row)


def issue_token(session: Session, name: str, *, by: str = "cli", at: datetime | None = None) -> str:
    """A bearer token, shown this once. Raises NotFoundError for an unknown or disabled user."""
    moment = at or datetime.now(UTC)
    row = session.get(UserRow, name)
    if row is None or row.is_disabled:
        raise NotFoundError("user")
    token = f"cc_{secrets.token_urlsafe(32)}"
    prefix = token[:_PREFIX_LENGTH]
    session.add(
        AccessTokenRow(token_sha256=hash_token(token), prefix=prefix, user_name=name, issued_at=moment, revoked_at=None)
    )
    session.flush()
    append_event(session, "token.issued", actor=by, subject=name, at=moment, details={"prefix": prefix})
    return token


def find_user_by_token(session: Session, token: str) -> User | None:
    """None for an unknown or revoked token, and for a disabled user."""
    digest = hash_token(token)
    row = session.get(AccessTokenRow, digest)
    if row is None or row.revoked_at is not None or not hmac.compare_digest(row.token_sha256, digest):
        return None
    return find_active_user(session, row.user_name)


def find_active_user(session: Session, name: str) -> User | None:
    row = session.get(UserRow, name)
    return _to_user(row) if row is not None and not row.is_disabled else None


def disable_user(session: Session, name: str, *, by: str = "cli", at: datetime | None = None) -> User:
    """Ends tokens and browser sessions too; what the user decided stays. Raises NotFoundError."""
    moment = at or datetime.now(UTC)
    row = session.get(UserRow, name)
    if row is None:
        raise NotFoundError("user")
    row.is_disabled = True
    is_open = (AccessTokenRow.user_name == name) & AccessTokenRow.revoked_at.is_(None)
    session.execute(update(AccessTokenRow).where(is_open).values(revoked_at=moment))
    session.execute(delete(BrowserSessionRow).where(BrowserSessionRow.user_name == name))
    append_event(session, "user.disabled", actor=by, subject=name, at=moment)
    return _to_user(row)


def list_users(session: Session) -> tuple[User, ...]:
    return tuple(_to_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))


def list_tokens(session: Session, name: str) -> tuple[TokenInfo, ...]:
    query = select(AccessTokenRow).where(AccessTokenRow.user_name == name).order_by(AccessTokenRow.issued_at)
    return tuple(
        TokenInfo(prefix=row.prefix, user_name=row.user_name, issued_at=row.issued_at, revoked_at=row.revoked_at)
        for row in session.scalars(query)
    )


def hash_token(token: str) -> str:
    """Tokens are long and random, so a plain digest can't be searched backwards."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _unknown_user_hash() -> str:
    """Verifying against it takes as long as for a user that exists."""
    return _HASHER.hash(secrets.token_hex())


def _to_user(row: UserRow) -> User:
    return User(
        name=row.name,
        roles=frozenset(Role(name) for name in json.loads(row.roles)),
        is_disabled=row.is_disabled,
        created_at=row.created_at,
    )
