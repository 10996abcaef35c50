"""The blueprint of quizzes: every page and form of the feature hangs on it."""

import secrets

from flask import Blueprint

blueprint = Blueprint("quizzes", __name__)


def new_lease() -> str:
    """Return a secret for a tab to hold."""
    return secrets.token_hex(16)
