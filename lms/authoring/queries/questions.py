"""What the form of a question offers: the lesson's key points, the competencies of the profiles."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.authoring.queries.drafts import DraftView, album_of, live_draft
from lms.certification.models import CompetencyPoint
from lms.content.rules.library import Question
from lms.errors import NotFound
from lms.mentoring.models import Scorecard


@dataclass(frozen=True)
class QuestionPage:
    """A question of a draft, or the place for a new one (None) of `kind`."""

    view: DraftView
    kind: str
    question: Question | None
    points: tuple[tuple[int, str, str], ...]  # number, 中文, English
    competencies: tuple[CompetencyPoint, ...]  # those the lesson names first
    sounds: tuple[str, ...] = ()  # recordings of the lesson, where a call is to be scored
    scorecards: tuple[Scorecard, ...] = ()  # the newest of each, likewise

    @property
    def version(self) -> int:
        """Return the version of the list that the form is made from."""
        return self.view.parts["questions"].version


def question_page(session: Session, draft_id: int, ref: str | None, *, kind: str = "single") -> QuestionPage:
    """Return what the form of question `ref` needs, of a new one where it is None; raises NotFound."""
    view = live_draft(session, draft_id)
    lesson = view.reading().lesson
    question = next((each for each in lesson.questions if each.ref == ref), None)
    if ref is not None and question is None:
        raise NotFound
    sources = lesson.sources
    zh, en = ([point.text for point in sources[language].points] for language in ("zh", "en"))
    longest = max(len(zh), len(en))
    points = tuple((n + 1, zh[n] if n < len(zh) else "", en[n] if n < len(en) else "") for n in range(longest))
    named = {name for source in sources.values() for name in source.front.competencies}
    rows: dict[str, CompetencyPoint] = {}
    for row in session.scalars(select(CompetencyPoint).order_by(CompetencyPoint.position, CompetencyPoint.id)):
        rows.setdefault(row.slug, row)
    ordered = sorted(rows.values(), key=lambda row: row.slug not in named)
    page = QuestionPage(view, question.kind if question else kind, question, points, tuple(ordered))
    return page if page.kind != "listen_score" else replace(page, **_to_score(session, view))


def _to_score(session: Session, view: DraftView) -> dict[str, Any]:
    """Return what a call to score is made from: the lesson's recordings and the scorecards in use."""
    files = album_of(session, view.folder).files
    cards = session.scalars(
        select(Scorecard)
        .where(Scorecard.retired_at.is_(None))
        .options(selectinload(Scorecard.criteria))
        .order_by(Scorecard.slug, Scorecard.version)
    )
    return {
        "sounds": tuple(sorted(name for name, medium in files.items() if medium.kind == "audio")),
        "scorecards": tuple({card.slug: card for card in cards}.values()),
    }
