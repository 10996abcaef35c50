"""The person behind the request."""

from typing import cast

from flask_login import current_user

from lms.accounts.rules import Identity


def me() -> Identity:
    """Return who is signed in; only views that are not public may ask."""
    return cast(Identity, current_user._get_current_object())  # noqa: SLF001  # werkzeug's way to unwrap a proxy
