"""The `lms token` commands: tokens for other systems."""

import json
from typing import Any

import click

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.models import ApiToken
from lms.console import Line, opened

SCOPES = ("read", "learn", "author", "go-live")


@click.group()
def token() -> None:
    """Make, list and end tokens for other systems."""


@token.command("create")
@click.option("--user", required=True, help="Employee number the token acts for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option("--name", default="token", show_default=True, type=Line(80), help="What it is for.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option("--json", "as_json", is_flag=True)
def create(user: str, scopes: tuple[str, ...], name: str, days: int, as_json: bool) -> None:  # noqa: FBT001  # click
    """Make a bearer token and print it, once."""
    _settings, store = opened()
    with store.writing() as session:
        person = people.person_by_number(session, user)
        made = accounts.make_token(session, person, list(scopes), name=name, days=days, now=clock.now())
    click.echo(json.dumps({"token": made, "scopes": scopes}) if as_json else made)


@token.command("list")
@click.option("--user", required=True, help="Employee number the tokens act for.")
@click.option("--json", "as_json", is_flag=True)
def list_tokens(user: str, as_json: bool) -> None:  # noqa: FBT001  # click
    """List the tokens that work now; what they are themselves is kept nowhere."""
    _settings, store = opened()
    with store.reading() as session:
        found = people.live_tokens(session, people.person_by_number(session, user).id, now=clock.now())
    if as_json:
        click.echo(json.dumps([_told(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        until = row.expires_at.isoformat() if row.expires_at else "no end"
        click.echo(f"{row.id}  {row.name}  {', '.join(row.scopes)}  {row.created_at.isoformat()} - {until}")
    if not found:
        click.echo("none")


def _told(row: ApiToken) -> dict[str, Any]:
    until = row.expires_at.isoformat() if row.expires_at else None
    return {"id": row.id, "name": row.name, "scopes": row.scopes, "made": row.created_at.isoformat(), "until": until}


@token.command("revoke")
@click.option("--user", required=True, help="Employee number the token acts for.")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
def revoke(user: str, number: int) -> None:
    """End token NUMBER (see `lms token list`) at once."""
    _settings, store = opened()
    with store.writing() as session:
        person = people.person_by_number(session, user)
        accounts.revoke_token(session, number, person, by="system", now=clock.now())
    click.echo(f"Token {number} works no more.")
