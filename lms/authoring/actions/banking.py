"""Changes the bank: review state and tags at once; level, competency and retirement in the drafts of the lessons.

What stands in a lesson's file changes by its draft, which is published with a note and, where a gate asks for it, by a
second trainer's yes; so nothing here goes past them.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.authoring.actions.drafts import Conflict, draft_of, permit, save_in
from lms.authoring.actions.files import add_file
from lms.authoring.actions.questions import new_refs
from lms.authoring.queries.drafts import DraftView, live_draft
from lms.authoring.queries.gates import gate_book
from lms.authoring.rules.banking import RETIRE, REVIVE, Change, changed, tagged
from lms.authoring.rules.drafts import LONGEST
from lms.authoring.rules.questions import put, without
from lms.authoring.texts import questions_text
from lms.content.queries import question_value
from lms.content.rules.library import Both
from lms.content.rules.library import Question as Value
from lms.courses.models import Course, Lesson
from lms.courses.rules.findings import errors
from lms.errors import NotFound, Refused
from lms.media.actions import Place
from lms.media.intake import Taken
from lms.quizzes.models import Question, QuestionVersion

Arrival = tuple[Value, Sequence[tuple[str, Taken]]]  # a question with the pictures that it shows, by name
APPROVED, WITHHELD = "approved", "withheld"


def review(session: Session, actor: Identity, ids: Collection[int], state: str, note: str, *, now: datetime) -> int:
    """Approve questions or withhold them from being drawn, with a note; return how many changed.

    What was withheld and a gate asks for is approved again by a second person: raises Refused for one's own.
    """
    permit(actor)
    rows = _locked(session, ids)
    if state == APPROVED:
        _second_person(session, actor, rows)
    count = 0
    for question in rows:
        if question.review_state == state:
            continue
        question.review_state, question.reviewed_at, question.reviewed_by_id = state, now, actor.id
        detail = {"note": note, "version": question.version}
        audit.append(
            session, f"question.{state}", actor=actor.employee_no, subject=question.ref, detail=detail, now=now
        )
        count += 1
    session.flush()
    return count


def _second_person(session: Session, actor: Identity, rows: Iterable[Question]) -> None:
    own = [row for row in rows if row.review_state == WITHHELD and row.reviewed_by_id == actor.id]
    if not own:
        return
    places = _places(session, {row.lesson_id for row in own})
    book = gate_book(session)
    if any(book.feeds(places[row.lesson_id][0], places[row.lesson_id][1], {row.ref}) for row in own):
        raise Refused(code="not_your_own_withheld")


def _places(session: Session, lesson_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(Lesson.id, Course.slug, Lesson.slug)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.id.in_(list(lesson_ids)))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def tag(session: Session, actor: Identity, ids: Collection[int], add: Sequence[str], remove: Collection[str]) -> int:
    """Give questions tags and take others away; return how many changed. Tags order the bank and decide nothing."""
    permit(actor)
    count = 0
    for question in _locked(session, ids):
        after = tagged(question.tags, add, remove)
        if after != question.tags:
            question.tags = after
            count += 1
    session.flush()
    return count


def retag(session: Session, actor: Identity, question_id: int, tags: Sequence[str]) -> None:
    """Give a question exactly these tags; raises NotFound."""
    permit(actor)
    _locked(session, [question_id])[0].tags = list(tags)
    session.flush()


def _locked(session: Session, ids: Collection[int]) -> list[Question]:
    query = select(Question).where(Question.id.in_(list(ids))).order_by(Question.id).with_for_update()
    rows = list(session.scalars(query))
    if len(rows) != len(set(ids)):
        raise NotFound
    return rows


def revise(session: Session, actor: Identity, ids: Collection[int], change: Change, *, now: datetime) -> dict[int, str]:
    """Change questions in the drafts of their lessons, begun where there is none; return the drafts with their names.

    Raises NotFound, and Refused where a draft's list must be mended first or a lesson is retired.
    """
    permit(actor)
    by_lesson: dict[int, list[Question]] = defaultdict(list)
    for question in _locked(session, ids):
        by_lesson[question.lesson_id].append(question)
    drafts: dict[int, str] = {}
    for lesson_id, questions in by_lesson.items():
        view, listed = _draft(session, actor, lesson_id, now=now)
        after = _revised(session, listed, questions, change)
        if after != listed:
            save(session, actor, view, after, now=now)
        drafts[view.draft.id] = view.draft.slug
    return drafts


def _revised(
    session: Session, listed: tuple[Value, ...], questions: Iterable[Question], change: Change
) -> tuple[Value, ...]:
    for question in questions:
        held = next((each for each in listed if each.ref == question.ref), None)
        if change.act == RETIRE:
            listed = without(listed, question.ref)
        elif change.act == REVIVE:
            listed = listed if held else (*listed, _last(session, question))
        elif held is not None:
            listed = put(listed, changed(held, change))
    return listed


def _last(session: Session, question: Question) -> Value:
    version = session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.version == question.version
        )
    ).one()
    return question_value(question, version)


def _draft(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> tuple[DraftView, tuple[Value, ...]]:
    lesson = session.get_one(Lesson, lesson_id)
    if lesson.retired_at is not None:
        raise Refused(code="lesson_retired")
    view = live_draft(session, draft_of(session, actor, lesson, now=now), lock=True)
    reading = view.reading()
    if any(finding.file.endswith("questions.yaml") for finding in errors(reading.findings)):
        raise Refused(code="mend_yaml")
    return view, reading.lesson.questions


def save(session: Session, actor: Identity, view: DraftView, questions: tuple[Value, ...], *, now: datetime) -> None:
    """Save a list of questions into a draft that is loaded and locked; raises Refused where it grows too long."""
    text = questions_text(questions)
    if len(text) > LONGEST:
        raise Refused(code="draft_too_long")
    saved = save_in(session, view, actor.id, "questions", text, view.parts["questions"].version, now=now)
    if isinstance(saved, Conflict):
        raise Refused(code="changed_meanwhile")


def bring_in(
    session: Session, actor: Identity, lesson_id: int, arrivals: Sequence[Arrival], *, now: datetime
) -> tuple[int, int]:
    """Put new questions at the end of a lesson's draft, with ids of their own; return the draft and how many.

    Their pictures, which are kept already, become files of the lesson.

    Raises NotFound and Refused as `revise`.
    """
    permit(actor)
    lesson = session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    place = Place(session.get_one(Course, lesson.course_id).slug, lesson.slug)
    questions = [_pictured(session, actor, place, each, now=now) for each in arrivals]
    view, listed = _draft(session, actor, lesson_id, now=now)
    save(session, actor, view, (*listed, *new_refs(session, view, listed, questions)), now=now)
    return view.draft.id, len(questions)


def _pictured(session: Session, actor: Identity, place: Place, arrival: Arrival, *, now: datetime) -> Value:
    """Return a question that shows its pictures by the names that the lesson gives them."""
    question, pictures = arrival
    stem = question.stem.as_dict()
    given = {}
    for name, taken in pictures:
        given[f"](media/{quote(name)})"] = f"](media/{quote(add_file(session, actor, place, taken, name, now=now)[0])})"
    if given:
        shown = re.compile("|".join(map(re.escape, given)))
        stem = {language: shown.sub(lambda found: given[found.group()], text) for language, text in stem.items()}
    return replace(question, stem=Both(**stem))
