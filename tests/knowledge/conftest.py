# names are sentences and tables have one case a line
"""A manual, a glossary and lessons to be found."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.courses.models import Course, KeyPoint, Lesson, LessonText
from lms.knowledge.actions import save_page, save_term
from lms.knowledge.rules.glossary import Term
from lms.knowledge.rules.manual import Page
from tests.make import Make

PAGE: dict[str, Any] = {
    "slug": "verify-identity",
    "kind": "method",
    "posts": (),
    "owner": "Training desk",
    "review_by": date(2027, 6, 30),
    "title_zh": "核实身份",
    "title_en": "Verify identity",
    "body_zh": "请客户报户名和用电地址，我们只核对。\n\n## 步骤\n先问户名。\n",
    "body_en": "The caller says name and address; we compare.\n\n## Steps\nAsk for the name first.\n",
}
TERM: dict[str, Any] = {
    "slug": "work-order",
    "term_zh": "工单",
    "term_en": "Work order",
    "also": ("ticket",),
    "text_zh": "把诉求交给处理人的记录。",
    "text_en": "The record that hands a case on.",
}


def page(**more: Any) -> Page:
    """A page of the manual that names only what differs."""
    return Page(**PAGE | more)


def term(**more: Any) -> Term:
    """A term that names only what differs."""
    return Term(**TERM | more)


@pytest.fixture
def write(session: Session, now: datetime) -> Callable[..., Any]:
    """Publish a page."""

    def run(**more: Any) -> Any:
        saved = save_page(session, page(**more), based_on=0, publish=True, actor="T1", now=now)
        session.commit()
        return saved

    return run


@pytest.fixture
def define(session: Session, now: datetime) -> Callable[..., Any]:
    """Add a term."""

    def run(**more: Any) -> Any:
        row = save_term(session, term(**more), version=0, actor="T1", now=now)
        session.commit()
        return row

    return run


@pytest.fixture
def teach(make: Make, session: Session) -> Callable[..., Lesson]:
    """Store a lesson with these texts: its title, key point and body in Chinese, and in English."""

    def run(
        zh: tuple[str, str, str], en: tuple[str, str, str] = ("A", "B", "C"), course: Course | None = None
    ) -> Lesson:
        lesson = make.lesson(course, points=1, blocks=1, title_zh=zh[0], title_en=en[0])
        point = session.query(KeyPoint).filter_by(lesson_id=lesson.id).one()
        point.text_zh, point.text_en = zh[1], en[1]
        for row in session.query(LessonText).filter_by(lesson_id=lesson.id):
            row.title = zh[0] if row.locale == "zh" else en[0]
            html = zh[2] if row.locale == "zh" else en[2]
            html = html if html.startswith("<") else f"<p>{html}</p>"
            row.blocks = [{"heading": None, "pieces": [{"html": html}], "points": [1]}]
        session.commit()
        return lesson

    return run
