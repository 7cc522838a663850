"""`chartcode users`: people who may sign in."""

import getpass
from collections.abc import Sequence

import click

from data.own_store import open_own_store

ROLE = click.Choice(["coder", "biller", "auditor", "data_scientist", "admin"])


@click.group()
def users() -> None:
    """People who may sign in."""


@users.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLE)
def add(name: str, roles: Sequence[str]) -> None:
    """Add a user; prints the password, once."""
    from data.store.users import Role, add_user

    with open_own_store() as store, store.transaction() as session:
        _, password = add_user(session, name, [Role(role) for role in roles], by=getpass.getuser())
    click.echo(password)


@users.command("list")
def list_all() -> None:
    """List users and their roles."""
    from data.store.users import list_users

    with open_own_store() as store, store.reading() as session:
        for user in list_users(session):
            state = "disabled" if user.is_disabled else "active"
            click.echo(f"{user.name}\t{','.join(sorted(role.value for role in user.roles))}\t{state}")


@users.command()
@click.argument("name")
def token(name: str) -> None:
    """Issue a bearer token; prints it, once."""
    from data.store.users import issue_token

    with open_own_store() as store, store.transaction() as session:
        click.echo(issue_token(session, name, by=getpass.getuser()))


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Disable a user and all their tokens and sessions."""
    from data.store.users import disable_user

    with open_own_store() as store, store.transaction() as session:
        disable_user(session, name, by=getpass.getuser())
    click.echo(f"{name} is disabled")
