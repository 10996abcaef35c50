"""Languages: English is written in the code, Chinese in one catalogue per feature, compiled in memory at start."""

from functools import cache
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, request, session
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

from lms import paths

LOCALES = ("zh", "en")
CATALOGUES = paths.PACKAGE / "translations"


@cache
def chinese() -> Translations:
    """Return all Chinese catalogues as one."""
    merged = Catalog(locale="zh")
    for file in sorted(CATALOGUES.glob("zh/*.po")):
        with file.open("rb") as source:
            for message in read_po(source, locale="zh"):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


SOURCE = NullTranslations()


class Catalogues(Domain):  # type: ignore[misc]  # flask-babel ships no types
    """Serves gettext from the merged catalogues; English is the source and needs none."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the current locale."""
        locale = get_locale()  # asked for each sentence of a page
        return chinese() if locale is not None and locale.language == "zh" else SOURCE


def chosen_locale() -> str:
    """Return the reader's language: chosen here, else of the person, else of the browser, else of the installation."""
    if session.get("locale") in LOCALES:
        return str(session["locale"])
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    return request.accept_languages.best_match(LOCALES) or _default("locale")


def chosen_time_zone() -> str:
    """Return the time zone of the person's site, else of the installation."""
    if current_user and current_user.is_authenticated:
        return str(current_user.time_zone)
    return _default("time_zone")


def _default(name: str) -> str:
    """Return what the installation says; of the application that answers, as one process may hold several."""
    return str(current_app.extensions["lms_i18n"][name])


def init(app: Flask, *, locale: str, time_zone: str) -> None:
    """Give `app` its languages, with the installation's own as the last resort."""
    app.extensions["lms_i18n"] = {"locale": locale, "time_zone": time_zone}
    babel = Babel(
        app,
        default_locale=locale,
        default_timezone=time_zone,
        locale_selector=chosen_locale,
        timezone_selector=chosen_time_zone,
    )
    babel.domain_instance = Catalogues()


def language() -> str:
    """Return `zh` or `en`, the language this answer is written in."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"
