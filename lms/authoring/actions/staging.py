"""Where a course is taught: in one stage of a programme, or in none."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.courses.models import Programme, Stage, StageCourse
from lms.errors import Invalid


def stage_id(session: Session, wanted: str) -> int | None:
    """Return the stage called `programme/stage`, None for no name; raise Invalid where there is none of it."""
    if not wanted:
        return None
    programme, _, stage = wanted.partition("/")
    found = session.scalar(
        select(Stage.id)
        .join(Programme, Programme.id == Stage.programme_id)
        .where(Programme.slug == programme, Stage.slug == stage)
    )
    if found is None:
        raise Invalid(code="no_such_stage", field="stage")
    return found


def stages_of(session: Session, course_id: int) -> list[int]:
    """Return the stages that teach a course."""
    return list(session.scalars(select(StageCourse.stage_id).where(StageCourse.course_id == course_id)))


def teach_in(session: Session, course_id: int, wanted: int | None) -> None:
    """Take the course out of its stages and put it at the end of the one that is wanted."""
    session.execute(delete(StageCourse).where(StageCourse.course_id == course_id))
    if wanted:
        last = session.scalar(select(func.max(StageCourse.position)).where(StageCourse.stage_id == wanted)) or 0
        session.add(StageCourse(stage_id=wanted, course_id=course_id, position=last + 1))
    session.flush()
