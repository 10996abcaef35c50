"""Which lessons of a library that arrives feed a gate here, and so wait for a second person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.queries.gates import gate_book, refs_of
from lms.content.rules.library import Library
from lms.courses.models import Course, Lesson


def gate_lessons(session: Session, library: Library) -> frozenset[str]:
    """Return `course/lesson` of each lesson of `library` that feeds a gate, by what it asks here or would ask."""
    wanted = [course.slug for course in library.courses]
    rows = session.execute(
        select(Course.slug, Lesson.slug, Lesson.id)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Course.slug.in_(wanted))
    ).all()
    refs = refs_of(session, [lesson_id for _, _, lesson_id in rows])
    here = {f"{course}/{lesson}": refs.get(lesson_id, set()) for course, lesson, lesson_id in rows}
    book = gate_book(session)
    return frozenset(
        name
        for course in library.courses
        for lesson in course.lessons
        if book.feeds(
            course.slug,
            lesson.slug,
            {question.ref for question in lesson.questions} | here.get(name := f"{course.slug}/{lesson.slug}", set()),
        )
    )
