"""Adds, changes and removes one question of a draft: the text of its list is rewritten in the normal form."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.drafts import Conflict, Saved, permit, save_in
from lms.authoring.models import Draft, DraftPart
from lms.authoring.queries.drafts import DraftView, live_draft
from lms.authoring.rules.questions import NUMBERED, Written, new_ref, put, versioned, without
from lms.authoring.texts import questions_text
from lms.content.queries import lesson_questions
from lms.content.rules.library import Question
from lms.courses.models import Lesson
from lms.courses.rules.findings import errors
from lms.errors import NotFound, Refused
from lms.quizzes.models import Question as QuestionRow


def put_question(
    session: Session, actor: Identity, draft_id: int, written: Written, version: int, *, now: datetime
) -> str:
    """Put a question into the list of a draft, a new one (without id) at its end, and return its id.

    `version` is that of the list the form was made from. Raises NotFound, and Refused where somebody saved meanwhile or
    the list cannot be read.
    """
    permit(actor)
    view, questions = _readable(session, draft_id, version)
    question = written.question
    if question.ref:
        if all(question.ref != each.ref for each in questions):
            raise NotFound
    else:
        question = replace(question, ref=_new_ref(session, view, questions))
    question = versioned(question, _published(session, view, question.ref), meaning_changed=written.meaning_changed)
    _save(session, actor, view, put(questions, question), version, now=now)
    return question.ref


def remove_question(session: Session, actor: Identity, draft_id: int, ref: str, version: int, *, now: datetime) -> None:
    """Take a question out of the list of a draft; raises as put_question."""
    permit(actor)
    view, questions = _readable(session, draft_id, version)
    if all(ref != each.ref for each in questions):
        raise NotFound
    _save(session, actor, view, without(questions, ref), version, now=now)


def _readable(session: Session, draft_id: int, version: int) -> tuple[DraftView, tuple[Question, ...]]:
    """Return a draft and its questions; raise Refused where a form made from `version` cannot stand."""
    view = live_draft(session, draft_id, lock=True)
    if view.parts["questions"].version != version:
        raise Refused(code="changed_meanwhile")
    reading = view.reading()
    if any(finding.file.endswith("questions.yaml") for finding in errors(reading.findings)):
        raise Refused(code="mend_yaml")
    return view, reading.lesson.questions


def _save(
    session: Session,
    actor: Identity,
    view: DraftView,
    questions: tuple[Question, ...],
    version: int,
    *,
    now: datetime,
) -> Saved:
    saved = save_in(session, view, actor.id, "questions", questions_text(questions), version, now=now)
    if isinstance(saved, Conflict):
        raise Refused(code="changed_meanwhile")
    return saved


def _published(session: Session, view: DraftView, ref: str) -> Question | None:
    if view.draft.lesson_id is None:
        return None
    return next((each for each in lesson_questions(session, view.draft.lesson_id) if each.ref == ref), None)


def _new_ref(session: Session, view: DraftView, questions: tuple[Question, ...]) -> str:
    """Return a free id; those of retired questions and of other drafts are not free."""
    known, of_course = _taken(session, view, questions)
    return new_ref(view.course.slug, view.draft.position, known, of_course)


def new_refs(
    session: Session, view: DraftView, questions: tuple[Question, ...], added: Sequence[Question]
) -> tuple[Question, ...]:
    """Return `added` with free ids, as they are to stand behind `questions` in a draft."""
    known, of_course = _taken(session, view, questions)
    made = []
    for each in added:
        made.append(replace(each, ref=new_ref(view.course.slug, view.draft.position, known, of_course)))
        known.add(made[-1].ref)
    return tuple(made)


def _taken(session: Session, view: DraftView, questions: tuple[Question, ...]) -> tuple[set[str], set[str]]:
    """Return all ids that are not free, and those of the draft's course."""
    rows = session.execute(select(QuestionRow.ref, Lesson.course_id).join(Lesson, Lesson.id == QuestionRow.lesson_id))
    known, of_course = {each.ref for each in questions}, set[str]()
    for ref, course_id in rows:
        known.add(ref)
        if course_id == view.course.id:
            of_course.add(ref)
    drafted = session.scalars(
        select(DraftPart.text)
        .join(Draft, Draft.id == DraftPart.draft_id)
        .where(DraftPart.part == "questions", Draft.discarded_at.is_(None), Draft.id != view.draft.id)
    )
    for text in drafted:
        known.update(found for found in _ids(text))
    return known, of_course


def _ids(text: str) -> list[str]:
    """Return what looks like an id in a list of questions, without reading it as YAML."""
    words = text.replace(",", " ").replace("{", " ").split()
    return [word.strip("\"'") for word in words if NUMBERED.match(word.strip("\"'"))]
