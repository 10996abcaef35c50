"""Who may call a view. Every view declares it; one that does not stops the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext
from flask_login import current_user

from lms.accounts.rules import Role
from lms.errors import Forbidden, NotFound

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """`roles` empty: everybody signed in; `is_public`: everybody. `scope` is what a bearer token must carry."""

    is_public: bool = False
    roles: frozenset[Role] = frozenset()
    scope: str | None = None


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    return _declare(view, Policy(is_public=True))


def signed_in(view: View) -> View:
    """Open a view to everybody who is signed in; its queries decide which rows they reach."""
    return _declare(view, Policy())


def allow(*roles: Role, scope: str | None = None) -> Callable[[View], View]:
    """Open a view to those who hold one of `roles`; for others it does not exist."""
    return lambda view: _declare(view, Policy(roles=frozenset(roles), scope=scope))


def _declare(view: View, policy: Policy) -> View:
    view.__dict__["policy"] = policy
    return view


def of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy that `endpoint` declares; Flask's own static files are public."""
    if endpoint == "static":
        return Policy(is_public=True)
    return getattr(app.view_functions[endpoint], "policy", None)


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints that do not say who may call them."""
    return sorted(endpoint for endpoint in app.view_functions if of(app, endpoint) is None)


def enforce() -> Any:
    """Before each request: let through, ask to sign in, or say that there is nothing here."""
    if request.endpoint is None:
        return None  # no such address: the router's own 404 follows
    policy = of(current_app, request.endpoint)
    if policy is not None and policy.is_public:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # set by Flask-Login
    if policy is None or (policy.roles and not current_user.holds(*policy.roles)):
        raise NotFound
    if current_user.scopes is not None and (policy.scope is None or policy.scope not in current_user.scopes):
        raise Forbidden(gettext("This token may not do that; make one with the scope it needs."))
    return None
