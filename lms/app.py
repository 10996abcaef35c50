"""create_app(): the one place that knows every part."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_login import current_user
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from whitenoise import WhiteNoise

from lms import __version__, clock, db, live, markup, paths, storage
from lms.accounts import queries as people
from lms.accounts import views as accounts
from lms.accounts.rules import Identity
from lms.audit import views as audit
from lms.authoring.api import drafts as drafts_api
from lms.authoring.api import media as media_api
from lms.authoring.listening import listen as listen_for_waiting
from lms.authoring.views import arrivals, bank, keys
from lms.authoring.views import board as authoring
from lms.authoring.views import editor as drafts
from lms.career import views as career
from lms.certification import api as certification_api
from lms.certification import views as certification
from lms.content import views as content
from lms.courses import api as courses_api
from lms.courses import views as courses
from lms.games import views as games
from lms.home import api as home_api
from lms.home import views as home
from lms.knowledge import api as knowledge_api
from lms.knowledge import views as knowledge
from lms.knowledge.rules.readers import READERS
from lms.maps import api as maps_api
from lms.maps import views as maps
from lms.media import views as media
from lms.mentoring import views as mentoring
from lms.pace import views as pace
from lms.quizzes import api as quizzes_api
from lms.quizzes import views as quizzes
from lms.quizzes.listening import listen as listen_for_files
from lms.reviews import api as reviews_api
from lms.reviews import views as reviews
from lms.reviews.listening import listen
from lms.settings import Settings
from lms.timetable import views as timetable
from lms.web import (
    assets,
    database,
    errors,
    files,
    filters,
    guard,
    headers,
    i18n,
    login,
    me,
    navigation,
    openapi,
    policy,
    uploads,
)

BLUEPRINTS = (
    openapi.blueprint,
    home.blueprint,
    accounts.blueprint,
    audit.blueprint,
    media.blueprint,
    pace.blueprint,
    courses.blueprint,
    quizzes.blueprint,
    reviews.blueprint,
    maps.blueprint,
    mentoring.blueprint,
    knowledge.blueprint,
    certification.blueprint,
    career.blueprint,
    authoring.blueprint,
    drafts.blueprint,
    arrivals.blueprint,
    bank.blueprint,
    content.blueprint,
    games.blueprint,
    timetable.blueprint,
)
APIS: tuple[Any, ...] = (
    home_api.api,
    media_api.api,
    courses_api.api,
    drafts_api.api,
    quizzes_api.api,
    reviews_api.api,
    maps_api.api,
    knowledge_api.api,
    certification_api.api,
    certification_api.verification,
)
LARGEST_ROW_ID = 2**31 - 1


class RowId(IntegerConverter):
    """A row's number in an address; one that no column can hold is no address."""

    def __init__(self, map: Any, **kwargs: Any) -> None:  # noqa: A002  # werkzeug's own name
        super().__init__(map, **{"min": 0, "max": LARGEST_ROW_ID} | kwargs)


def create_app(settings: Settings, store: db.Database | None = None) -> OpenAPI:
    """Build the application; `store` replaces the database of the settings in tests."""
    app = OpenAPI(
        "lms",
        info=Info(title="Onramp", version=__version__),
        static_folder=None,
        template_folder=str(paths.TEMPLATES),
        doc_ui=False,
        security_schemes=openapi.SCHEMES,
        validation_error_callback=errors.invalid_json,
        validation_error_status=422,
    )
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="onramp",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,  # a sign-in ends when its row says, however often the cookie is signed anew
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        LMS=settings,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's own provider
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = RowId
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    database.init(app, store or db.Database(db.connect(settings.database)))
    app.extensions["lms_live"] = live.hub(app.extensions["lms_database"], settings.redis_url)
    i18n.init(app, locale=settings.locale, time_zone=settings.time_zone)
    place = storage.Storage(settings)
    files.init(app, place)
    headers.init(app, secure=settings.secure, media_origin=place.origin)
    errors.init(app)
    assets.init(app)
    filters.init(app)
    markup.init(app)
    login.init(app, by_session=_by_session, by_bearer=_by_bearer)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for api in APIS:
        app.register_api(api)
    app.before_request(uploads.widen)
    _listen()
    app.before_request(guard.refuse_unstorable)
    app.before_request(policy.enforce)
    app.before_request(keys.keep_away)
    app.before_request(login.protect)
    app.context_processor(_frame)
    _serve(app, settings)
    return app


def _listen() -> None:
    """Let features hear of one another; safe to be called for each application of a process."""
    listen()
    listen_for_files()
    listen_for_waiting()


def _by_session(token: str) -> Identity | None:
    with database.database().at_once() as connection:
        return people.identity_by_session(connection, token, now=clock.now())


def _by_bearer(token: str) -> Identity | None:
    with database.database().at_once() as connection:
        return people.identity_by_bearer(connection, token, now=clock.now())


def _frame() -> dict[str, Any]:
    """Return what `base.html` draws around every page."""
    language = i18n.language()
    signed_in = bool(current_user) and current_user.is_authenticated
    identity = me() if signed_in else None
    return {
        "locale": language,
        "other_locale": "en" if language == "zh" else "zh",
        "time_zone": i18n.chosen_time_zone(),
        "navigation": navigation.items(identity) if identity else [],
        "may_look_up": identity is not None and identity.holds(*READERS),
    }


def _serve(app: Flask, settings: Settings) -> None:
    """Put static files, and proxies that we trust, in front of the application."""
    wrapped = app.wsgi_app
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        wrapped = ProxyFix(wrapped, x_for=hops, x_proto=hops, x_host=hops)
    static = WhiteNoise(wrapped, max_age=3600, immutable_file_test=r"/assets/.+-[\w-]{8,}\.\w+$")
    if paths.STATIC.is_dir():
        static.add_files(str(paths.STATIC), prefix="/static/dist/")
    app.wsgi_app = static  # type: ignore[method-assign]
