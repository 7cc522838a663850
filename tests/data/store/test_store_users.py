"""Passwords, bearer tokens and browser sessions."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from data.store.audit import iter_events
from data.store.browser_sessions import close_browser_session, find_browser_session, open_browser_session
from data.store.errors import AlreadyExistsError, NotFoundError, SignInError
from data.store.session import Store
from data.store.users import (
    Role,
    add_user,
    check_password,
    disable_user,
    find_user_by_token,
    issue_token,
    list_tokens,
    list_users,
)


@pytest.fixture
def password(store: Store, now: datetime) -> str:
    with store.transaction() as session:
        user, made_up = add_user(session, "ada", [Role.CODER, Role.AUDITOR], at=now)
    assert user.roles == {Role.CODER, Role.AUDITOR}
    return made_up


def test_the_password_opens_and_nothing_else(store: Store, password: str) -> None:
    with store.reading() as session:
        assert check_password(session, "ada", password).name == "ada"
        errors = []
        for name, guess in (("ada", password + "x"), ("ada", ""), ("nobody", password)):
            with pytest.raises(SignInError) as raised:
                check_password(session, name, guess)
            errors.append(str(raised.value))
    assert len(set(errors)) == 1


def test_a_token_names_its_user(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        token = issue_token(session, "ada", at=now)
    with store.reading() as session:
        found = find_user_by_token(session, token)
        assert found is not None
        assert found.name == "ada"
        for wrong in ("", token[:-1], token + "x", "cc_", "\ud800"):
            assert find_user_by_token(session, wrong) is None
        (shown,) = list_tokens(session, "ada")
        assert token.startswith(shown.prefix)
        assert len(shown.prefix) == 10


def test_neither_passwords_nor_tokens_are_kept(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        token = issue_token(session, "ada", at=now)
        cookie, _ = open_browser_session(session, "ada", at=now)
    with store.reading() as session:
        tables = ("users", "access_tokens", "browser_sessions", "audit_events")
        everything = str([session.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    assert not any(secret in everything for secret in (password, token, cookie))


def test_a_disabled_user_is_out_everywhere(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        token = issue_token(session, "ada", at=now)
        cookie, _ = open_browser_session(session, "ada", at=now)
        assert disable_user(session, "ada", at=now).is_disabled
    with store.transaction() as session:
        assert find_user_by_token(session, token) is None
        assert find_browser_session(session, cookie, at=now) is None
        with pytest.raises(SignInError, match="the name or the password is wrong"):
            check_password(session, "ada", password)
        for refused in (lambda: issue_token(session, "ada"), lambda: open_browser_session(session, "ada", at=now)):
            with pytest.raises(NotFoundError):
                refused()
        assert [(user.name, user.is_disabled) for user in list_users(session)] == [("ada", True)]


def test_users_are_unique_and_known(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        with pytest.raises(AlreadyExistsError):
            add_user(session, "ada", [Role.ADMIN])
        with pytest.raises(NotFoundError):
            disable_user(session, "nobody")
        with pytest.raises(NotFoundError):
            issue_token(session, "nobody")


def test_a_given_password_is_used(store: Store, now: datetime) -> None:
    with store.transaction() as session:
        add_user(session, "bob", [Role.BILLER], password="correct horse", at=now)
        assert check_password(session, "bob", "correct horse").roles == {Role.BILLER}


def test_a_browser_session_ends(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        cookie, opened = open_browser_session(session, "ada", at=now, lifetime=timedelta(hours=1))
        other, _ = open_browser_session(session, "ada", at=now)
    with store.transaction() as session:
        assert find_browser_session(session, cookie, at=now) == opened
        assert find_browser_session(session, cookie, at=now + timedelta(hours=1)) is None
        assert find_browser_session(session, cookie + "x", at=now) is None
        close_browser_session(session, cookie)
        assert find_browser_session(session, cookie, at=now) is None
        assert find_browser_session(session, other, at=now) is not None
    assert len(opened.csrf_secret) == 64


def test_what_happens_to_users_is_audited(store: Store, password: str, now: datetime) -> None:
    with store.transaction() as session:
        issue_token(session, "ada", by="root", at=now)
        disable_user(session, "ada", by="root", at=now)
        assert [(event.kind, event.actor) for event in iter_events(session)] == [
            ("user.added", "cli"),
            ("token.issued", "root"),
            ("user.disabled", "root"),
        ]
