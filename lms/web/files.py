"""Hands the application's storage of files to views."""

from typing import cast

from flask import Flask, current_app

from lms.storage import Storage


def init(app: Flask, storage: Storage) -> None:
    """Give `app` its storage."""
    app.extensions["lms_storage"] = storage


def storage() -> Storage:
    """Return the storage of the current application."""
    return cast(Storage, current_app.extensions["lms_storage"])
