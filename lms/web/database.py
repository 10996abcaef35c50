"""Hands the application's database to views: one visible transaction a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from lms.at_once import Asked
from lms.db import Database


def init(app: Flask, database: Database) -> None:
    """Give `app` its database."""
    app.extensions["lms_database"] = database


def database() -> Database:
    """Return the database of the current application."""
    return cast(Database, current_app.extensions["lms_database"])


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for reading; close it before rendering."""
    with database().reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Open a session that commits at the end of the block; close it before rendering."""
    with database().writing() as session:
        yield session


@contextmanager
def at_once() -> Iterator[Asked]:
    """Open a connection whose every statement is a transaction of its own."""
    with database().at_once() as connection:
        yield connection
