"""From draft to lesson: notes, gates, a second person, exactly what was handed in, and what readers keep."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.rules import Role
from lms.audit.models import AuditEntry
from lms.authoring.actions import publishing
from lms.authoring.actions.board import CourseValue, create_course
from lms.authoring.actions.drafts import open_draft, open_new_draft, save_part
from lms.authoring.actions.publishing import HandIn, NotYet
from lms.authoring.actions.retiring import retire_lesson
from lms.authoring.models import Draft, DraftPart, DraftSnapshot, Submission
from lms.authoring.queries.submissions import approval_page, publish_page, waiting_lines
from lms.content import queries as content
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.standard import check
from lms.courses.actions.progress import save_progress
from lms.courses.models import KeyPoint, Lesson, LessonProgress, LessonText, Programme
from lms.courses.queries import lesson_page
from lms.courses.rules.findings import errors
from lms.courses.rules.progress import Report
from lms.courses.rules.reader import Reader
from lms.errors import NotFound, Refused
from lms.knowledge.models import IndexedLesson
from lms.quizzes.models import Question
from tests.authoring.writers import identity
from tests.content.shelf import Shelf
from tests.make import Make

NOTE = HandIn("Shorter")


def hello(session: Session) -> Lesson:
    return session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()


def part(session: Session, draft_id: int, name: str) -> DraftPart:
    return session.get_one(DraftPart, (draft_id, name), populate_existing=True)


def write(session: Session, who: Person, draft_id: int, name: str, old: str, new: str, now: datetime) -> None:
    present = part(session, draft_id, name)
    assert old in present.text
    save_part(session, identity(who), draft_id, name, present.text.replace(old, new), present.version, now=now)


@pytest.fixture
def draft_id(session: Session, library: Shelf, trainer: Person, now: datetime) -> int:
    """A draft of a lesson that feeds a gate, changed in both languages."""
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    write(session, trainer, made, "zh", "开场白。", "先打招呼。", now)
    write(session, trainer, made, "en", "Intro text.", "A greeting first.", now)
    return made


def free_course(session: Session, who: Person, now: datetime) -> str:
    value = CourseValue("选修", "Writing well", "好好写", "How to write.", ("agent",), "Desk", date(2027, 1, 1))
    return create_course(session, identity(who), value, now=now).slug


LESSON = """---
title: "{title}"
minutes: 1
competencies: [b-greet]
---
{text}

## {heading}
==A point==.

::: key
{text}
? {text}?
:::
"""
ASKED = (
    "- id: ww-01-01\n  version: 1\n  kind: true_false\n  competency: b-greet\n  key_point: 1\n  level: 1\n"
    "  stem: {zh: 对吗, en: Is it}\n  answer: true\n  explanation: {zh: 对, en: It is}\n"
)


def new_draft(session: Session, who: Person, now: datetime) -> int:
    made = open_new_draft(
        session, identity(who), free_course(session, who, now), {"zh": "短句", "en": "Short"}, now=now
    )
    for name, title in (("zh", "短句"), ("en", "Short sentences")):
        text = LESSON.format(title=title, text="写短" if name == "zh" else "Write short", heading=title)
        save_part(session, identity(who), made, name, text, 1, now=now)
    save_part(session, identity(who), made, "questions", ASKED, 1, now=now)
    return made


def test_a_lesson_that_feeds_no_gate_is_published_at_once(
    session: Session, library: Shelf, trainer: Person, now: datetime
) -> None:
    made = new_draft(session, trainer, now)
    submission = publishing.submit(session, identity(trainer), made, NOTE, now=now)
    assert (submission.decision, submission.needs_approval, submission.decided_by_id) == (
        "published",
        False,
        trainer.id,
    )
    draft = session.get_one(Draft, made)
    lesson = session.get_one(Lesson, draft.lesson_id)
    assert (lesson.revision, lesson.point_count, lesson.slug, draft.base_revision) == (1, 2, "01-short", 1)
    assert session.scalar(select(Question.lesson_id).where(Question.ref == "ww-01-01")) == lesson.id
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor, entry.subject) == (
        "lesson.published",
        trainer.employee_no,
        "writing-well/01-short",
    )
    kept = session.scalars(select(DraftSnapshot.part).where(DraftSnapshot.why == "submitted")).all()
    assert sorted(kept) == ["en", "questions", "zh"]


def test_what_is_published_goes_out_and_in_again(
    session: Session, library: Shelf, trainer: Person, now: datetime, tmp_path: Path
) -> None:
    publishing.submit(session, identity(trainer), new_draft(session, trainer, now), NOTE, now=now)
    out = content.library(session)
    write_library(out, tmp_path / "out")
    again = read_library(tmp_path / "out")
    assert again == out
    assert errors(check(again)) == ()
    assert not import_library(session, again, actor="system", now=now).changed


def test_a_lesson_that_feeds_a_gate_waits_for_a_second_person(
    session: Session, draft_id: int, trainer: Person, second: Person, now: datetime
) -> None:
    submission = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    assert (submission.decision, submission.needs_approval) == (None, True)
    assert hello(session).revision == 1
    assert [line.title_en for line in waiting_lines(session)] == ["Hello"]
    with pytest.raises(Refused) as own:
        publishing.approve(session, identity(trainer), submission.id, now=now)
    assert own.value.code == "not_your_own"
    with pytest.raises(Refused) as back:
        publishing.send_back(session, identity(trainer), submission.id, "No", now=now)
    assert back.value.code == "not_your_own"
    lesson = publishing.approve(session, identity(second), submission.id, now=now)
    assert lesson.revision == 2
    assert lesson.id in session.scalars(select(IndexedLesson.lesson_id)).all()  # it can be found at once
    assert (submission.decision, submission.decided_by_id) == ("approved", second.id)
    with pytest.raises(Refused) as late:
        publishing.approve(session, identity(second), submission.id, now=now)
    assert late.value.code == "decided_already"
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["lesson.submitted", "lesson.approved"]


def test_exactly_what_was_handed_in_is_published_and_writing_goes_on(
    session: Session, draft_id: int, trainer: Person, second: Person, now: datetime
) -> None:
    submission = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    later = now + timedelta(minutes=5)
    write(session, trainer, draft_id, "en", "A greeting first.", "Something unread.", later)
    publishing.approve(session, identity(second), submission.id, now=later)
    text = session.scalars(select(LessonText).where(LessonText.revision == 2, LessonText.locale == "en")).one()
    assert "A greeting first." in text.source
    assert "unread" not in text.source
    page = publish_page(session, draft_id)
    assert page.changes
    assert page.view.draft.base_revision == 2
    assert [each.part for each in page.differences if each.rows] == ["en"]


def test_a_reader_in_the_middle_stays_on_the_text_they_began(
    session: Session, draft_id: int, trainer: Person, second: Person, make: Make, now: datetime
) -> None:
    programme = session.scalars(select(Programme)).one()
    adviser = make.person("adviser")
    group = TrainingClass(
        site_id=adviser.site_id,
        name_zh="班",
        name_en="Class",
        adviser_id=adviser.id,
        programme_id=programme.id,
        starts_on=now.date(),
        created_at=now,
    )
    begun, fresh = make.person("learner"), make.person("learner")
    make.add(group)
    for learner in (begun, fresh):
        make.add(Enrolment(learner_id=learner.id, class_id=group.id, joined_on=now.date()))
    lesson = hello(session)
    points = set(session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id)))
    save_progress(session, begun.id, lesson.id, Report(0, 30), now=now, day=now.date())
    submission = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    publishing.approve(session, identity(second), submission.id, now=now)
    progress = session.get_one(LessonProgress, (begun.id, lesson.id))
    assert (progress.revision, lesson.revision) == (1, 2)
    old = lesson_page(session, Reader(begun.id), lesson.id, "en", day=now.date(), now=now)
    new = lesson_page(session, Reader(fresh.id), lesson.id, "en", day=now.date(), now=now)
    assert "Intro text." in str(old.blocks)
    assert "A greeting first." in str(new.blocks)
    kept = session.scalars(select(KeyPoint.id).where(KeyPoint.lesson_id == lesson.id, KeyPoint.retired_at.is_(None)))
    assert set(kept) == points


def test_errors_of_the_standard_refuse_it_with_the_list(
    session: Session, draft_id: int, trainer: Person, now: datetime
) -> None:
    write(session, trainer, draft_id, "en", "==say your name first==", "say your name first", now)
    with pytest.raises(NotYet) as refused:
        publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    said = "\n".join(finding.sentence() for finding in refused.value.findings)
    assert "1 key points here, 2 in lesson.zh.md." in said
    assert session.scalars(select(Submission)).all() == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("b-01-01", "b-02-01", "The id “b-02-01” belongs to a question of another lesson."),
        ("b-01-01", "b-01-77", "Question b-01-01 confirms “b-greet” of a job profile; it must stay."),
        ("correct: true}\n  - {", "x}\n  - {", None),
    ],
)
def test_what_would_break_elsewhere_refuses_it(
    session: Session, draft_id: int, trainer: Person, now: datetime, old: str, new: str, expected: str | None
) -> None:
    text = part(session, draft_id, "questions").text
    if expected is None:
        text = text.replace("- id: a\n", "- id: c\n", 1)
        expected = "The key of question b-01-01 has changed; raise its version to 2."
    save_part(
        session, identity(trainer), draft_id, "questions", text.replace(old, new) if old in text else text, 1, now=now
    )
    said = [finding.sentence() for finding in publish_page(session, draft_id).errors]
    assert expected in said


def test_a_circle_refuses_it(session: Session, draft_id: int, trainer: Person, now: datetime) -> None:
    for name in ("zh", "en"):
        write(session, trainer, draft_id, name, "prerequisites: []", "prerequisites: [basics/02-again]", now)
    said = [finding.sentence() for finding in publish_page(session, draft_id).errors]
    assert "The lesson is a prerequisite of itself." in said


def test_what_waits_is_not_handed_in_twice(session: Session, draft_id: int, trainer: Person, now: datetime) -> None:
    publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    with pytest.raises(Refused) as refused:
        publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    assert refused.value.code == "waits_already"


def test_a_draft_that_says_the_same_is_not_published(
    session: Session, library: Shelf, trainer: Person, now: datetime
) -> None:
    made = open_draft(session, identity(trainer), hello(session).id, now=now)
    with pytest.raises(Refused) as refused:
        publishing.submit(session, identity(trainer), made, NOTE, now=now)
    assert refused.value.code == "nothing_new"


def test_a_draft_that_was_overtaken_says_so_first(
    session: Session, library: Shelf, draft_id: int, trainer: Person, now: datetime
) -> None:
    library.swap("basics/01-hello/lesson.en.md", "Intro text.", "Imported meanwhile.")
    import_library(session, read_library(library.root), actor="system", now=now)
    assert publish_page(session, draft_id).is_outdated
    with pytest.raises(Refused) as refused:
        publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    assert refused.value.code == "overtaken"
    made = publishing.submit(session, identity(trainer), draft_id, HandIn("Mine", replaces=True), now=now)
    assert made.decision is None


def test_what_was_handed_in_before_another_text_was_published_is_not_approved(
    session: Session, library: Shelf, draft_id: int, trainer: Person, second: Person, now: datetime
) -> None:
    first = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    library.swap("basics/01-hello/lesson.en.md", "Intro text.", "Imported meanwhile.")
    import_library(session, read_library(library.root), actor="system", now=now)
    assert approval_page(session, first.id).is_outdated
    with pytest.raises(Refused) as refused:
        publishing.approve(session, identity(second), first.id, now=now)
    assert refused.value.code == "overtaken_since"
    publishing.send_back(session, identity(second), first.id, "Compare", now=now)
    again = publishing.submit(session, identity(trainer), draft_id, HandIn("Compared", replaces=True), now=now)
    assert not approval_page(session, again.id).is_outdated
    assert publishing.approve(session, identity(second), again.id, now=now).revision == 3


def test_a_retired_lesson_is_not_published(
    session: Session, library: Shelf, trainer: Person, second: Person, now: datetime
) -> None:
    again = session.scalars(select(Lesson).where(Lesson.slug == "02-again")).one()
    made = open_draft(session, identity(trainer), again.id, now=now)
    write(session, trainer, made, "en", "Intro text.", "Once more.", now)
    submission = publishing.submit(session, identity(trainer), made, NOTE, now=now)
    again.retired_at = now
    with pytest.raises(Refused) as refused:
        publishing.approve(session, identity(second), submission.id, now=now)
    assert refused.value.code == "lesson_retired"
    publishing.withdraw(session, identity(trainer), submission.id, now=now)
    with pytest.raises(Refused) as alike:
        publishing.submit(session, identity(trainer), made, NOTE, now=now)
    assert alike.value.code == "lesson_retired"


def test_a_name_that_an_import_took_meanwhile_is_told_and_the_draft_joins_the_lesson(
    session: Session, library: Shelf, trainer: Person, now: datetime
) -> None:
    hello_draft = open_draft(session, identity(trainer), hello(session).id, now=now)
    texts = {name: part(session, hello_draft, name).text for name in ("zh", "en")}
    made = open_new_draft(
        session, identity(trainer), "basics", {"zh": "新", "en": "New"}, now=now, slug="03-new", texts=texts
    )
    held = session.get_one(Draft, made)
    questions = (library.root / "basics/01-hello/questions.yaml").read_text().replace("b-01", "b-03")
    for name in ("zh", "en"):
        text = texts[name].replace("b-01-01", "b-03-01")
        library.write(f"basics/03-new/lesson.{name}.md", text)
        save_part(session, identity(trainer), made, name, text.replace("b-03-01", "b-04-01"), 1, now=now)
    library.write("basics/03-new/questions.yaml", questions)
    save_part(session, identity(trainer), made, "questions", questions.replace("b-03", "b-04"), 1, now=now)
    import_library(session, read_library(library.root), actor="system", now=now)
    with pytest.raises(Refused) as refused:
        publishing.submit(session, identity(trainer), made, NOTE, now=now)
    assert refused.value.code == "overtaken"
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "03-new")).one()
    assert open_draft(session, identity(trainer), lesson.id, now=now) == made
    assert held.lesson_id == lesson.id
    assert publish_page(session, made).is_outdated
    assert publishing.submit(session, identity(trainer), made, HandIn("Mine", replaces=True), now=now).id


def test_sent_back_with_a_reason_and_handed_in_again(
    session: Session, draft_id: int, trainer: Person, second: Person, now: datetime
) -> None:
    first = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    publishing.send_back(session, identity(second), first.id, "Name the hour.", now=now)
    page = publish_page(session, draft_id)
    assert page.waiting is None
    assert page.last is not None
    assert (page.last.decision, page.last.reason) == ("sent_back", "Name the hour.")
    again = publishing.submit(session, identity(trainer), draft_id, HandIn("Hour named", agrees=True), now=now)
    assert approval_page(session, again.id).waiting is again
    assert part(session, draft_id, "en").against_version == part(session, draft_id, "zh").version


def test_only_its_writer_takes_it_back(
    session: Session, draft_id: int, trainer: Person, second: Person, now: datetime
) -> None:
    submission = publishing.submit(session, identity(trainer), draft_id, NOTE, now=now)
    with pytest.raises(NotFound):
        publishing.withdraw(session, identity(second), submission.id, now=now)
    publishing.withdraw(session, identity(trainer), submission.id, now=now)
    assert submission.decision == "withdrawn"


def test_what_does_not_exist_is_not_decided(session: Session, library: Shelf, trainer: Person, now: datetime) -> None:
    with pytest.raises(NotFound):
        publishing.approve(session, identity(trainer), 999, now=now)
    with pytest.raises(NotFound):
        approval_page(session, 999)
    with pytest.raises(NotFound):
        publishing.submit(session, identity(trainer, Role.MENTOR), 1, NOTE, now=now)


def test_a_lesson_that_is_needed_is_not_retired(
    session: Session, library: Shelf, trainer: Person, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        retire_lesson(session, identity(trainer), hello(session).id, now=now)
    assert refused.value.code == "lesson_needed"
