"""The bank as a list, and the pairs of questions that ask nearly the same."""

from typing import Any

from flask import Response, request

from lms.accounts.rules import Role
from lms.authoring.forms.bank import wanted
from lms.authoring.queries.bank import alike
from lms.authoring.views.bank.routes import WORDS, asked, blueprint
from lms.quizzes.queries.bank import bank_page
from lms.quizzes.rules.duplicates import USUAL
from lms.web import allow, page, reading
from lms.web.filters import local

THRESHOLDS = (50, 60, 70, 80, 90, 100)


@blueprint.get("/bank")
@allow(Role.TRAINER)
def questions() -> Response:
    """Show the questions that the filters ask for, a page at a time."""
    asks = wanted(request.args)
    with reading() as session:
        found = bank_page(session, asks)
    choices = {
        "courses": [(course.slug, local(course)) for course in found.courses],
        "lessons": [(lesson.id, local(lesson)) for lesson in found.lessons],
        "competencies": [(name, name) for name in found.competencies],
    }
    return page("bank/list.html", found=found, wanted=asks, query=asked(asks), choices=choices, words=WORDS)


@blueprint.get("/bank/duplicates")
@allow(Role.TRAINER)
def duplicates() -> Response:
    """Show pairs of questions that ask nearly the same."""
    given = request.args.get("alike", int(USUAL * 100), type=int)
    percent = given if given in THRESHOLDS else int(USUAL * 100)
    with reading() as session:
        pairs, count, complete = alike(session, percent / 100)
    values: dict[str, Any] = {
        "pairs": pairs,
        "count": count,
        "complete": complete,
        "percent": percent,
        "thresholds": THRESHOLDS,
    }
    return page("bank/duplicates.html", words=WORDS, **values)
