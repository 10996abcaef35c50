"""What is answered about courses: the library, a course, a lesson, and "done"."""

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.courses import queries
from lms.courses.actions.progress import save_progress
from lms.courses.rules.progress import Report
from lms.courses.rules.reader import reader
from lms.media.addresses import lead_to
from lms.pace.rules import study_day
from lms.web import me, page, reading, see_other, signed_in, writing
from lms.web.i18n import language
from lms.web.packing import pack

blueprint = Blueprint("courses", __name__)


@blueprint.get("/courses")
@signed_in
def library() -> Response:
    """Show the courses of one's own path, of the whole library, or the electives, which are everybody's."""
    with reading() as session:
        found = queries.library(session, reader(me()))
    return page("courses/library.html", library=found)


@blueprint.get("/courses/<slug>")
@signed_in
def course(slug: str) -> Response:
    """Show a course with its lessons."""
    now = clock.now()
    with reading() as session:
        found = queries.course_page(session, reader(me()), slug, day=study_day(now, me().time_zone), now=now)
    return page("courses/course.html", page=found, course=found.course)


@blueprint.get("/lessons/<int:lesson_id>")
@signed_in
def lesson(lesson_id: int) -> Response:
    """Show a lesson at the place where its reader was."""
    now = clock.now()
    day = study_day(now, me().time_zone)
    with reading() as session:
        found = queries.lesson_page(session, reader(me()), lesson_id, language(), day=day, now=now)
    return pack(page("courses/lesson.html", page=found, lesson=found.lesson, course=found.course))


@blueprint.get("/lessons/<int:lesson_id>/media/<name>")
@signed_in
def medium(lesson_id: int, name: str) -> BaseResponse:
    """Lead a reader of a lesson to one of its files."""
    with reading() as session:
        found = queries.lesson_medium(session, reader(me()), lesson_id, name)
    return lead_to(found)


@blueprint.post("/lessons/<int:lesson_id>/completion")
@signed_in
def finish_lesson(lesson_id: int) -> BaseResponse:
    """Note that the learner has finished a lesson and lead on to the next one, as long as the day has room."""
    now = clock.now()
    day = study_day(now, me().time_zone)
    with writing() as session:
        save_progress(session, me().id, lesson_id, Report(done=True), now=now, day=day)
        after = queries.after_lesson(session, me().id, lesson_id, day=day, now=now)
    if after.next is not None:
        flash(_("Done. Here is the next one."), "ok")
        return see_other("courses.lesson", lesson_id=after.next.id)
    flash(
        _("Done. That is enough new for today; it will sit better after a night.")
        if after.full
        else _("That lesson is done."),
        "ok",
    )
    return see_other("courses.course", slug=after.course_slug)
