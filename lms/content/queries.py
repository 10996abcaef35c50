"""Reads the library of the database back into the values that it was imported from."""

from collections import defaultdict
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.career.models import Track
from lms.certification.models import CompetencyPoint, Gate, Profile
from lms.content.rules import library as values
from lms.content.rules.library import Both
from lms.courses.models import Course, Lesson, LessonText, Programme, Stage, StageCourse
from lms.courses.rules.findings import N_, Finding, warning
from lms.courses.rules.lesson_source import parse_lesson
from lms.knowledge.queries import glossary_values, published_pages
from lms.media.queries import all_media
from lms.media.rules.medium import Medium
from lms.media.rules.names import captions_of
from lms.media.rules.tags import name_in
from lms.mentoring.models import Criterion, Scorecard
from lms.quizzes.models import Question, QuestionVersion, Quiz, QuizCourse

NO_TEXT = N_("Revision %(revision)s of this lesson has no text in this language; it is taken as empty.")


def library(session: Session) -> values.Library:
    """Return everything that is taught now, in some fifteen queries; what is retired is left out."""
    courses = {row.id: row.slug for row in session.scalars(select(Course))}
    taught, findings = _courses(session)
    return values.Library(
        courses=taught,
        profiles=_profiles(session),
        programmes=_programmes(session, courses),
        scorecards=_scorecards(session),
        tracks=_tracks(session),
        media=_media(session, taught),
        manual=published_pages(session),
        terms=glossary_values(session),
        findings=findings,
    )


def _media(session: Session, courses: tuple[values.Course, ...]) -> dict[str, Medium]:
    """Return the files of lessons: those that a folder brought, and of those brought in the browser what is shown."""
    stored = all_media(session)
    found = {}
    for course in courses:
        for lesson in course.lessons:
            named = stored.get((course.slug, lesson.slug), {})
            shown = {name_in(link.target) for source in lesson.sources.values() for link in source.links}
            shown |= {name for film in tuple(shown) for _, name in captions_of(film or "", named)}
            for name, kept in named.items():
                if kept.from_folder or name in shown:
                    found[f"{course.slug}/{lesson.slug}/media/{name}"] = kept.medium
    return found


def _both(row: Any, name: str) -> Both:
    return Both(getattr(row, f"{name}_zh"), getattr(row, f"{name}_en"))


def _of(value: dict[str, str]) -> Both:
    return Both(value["zh"], value["en"])


def _courses(session: Session) -> tuple[tuple[values.Course, ...], tuple[Finding, ...]]:
    """Return the courses, and a finding for each text of a lesson that is not there; it is empty then."""
    slugs = dict(session.execute(select(Course.id, Course.slug)).all())
    findings: list[Finding] = []
    lessons: dict[int, list[values.Lesson]] = defaultdict(list)
    questions = _questions(session)
    present = and_(Lesson.id == LessonText.lesson_id, Lesson.revision == LessonText.revision)
    texts = {
        (row.lesson_id, row.locale): row.source for row in session.scalars(select(LessonText).join(Lesson, present))
    }
    live = select(Lesson).where(Lesson.retired_at.is_(None)).order_by(Lesson.position, Lesson.slug)
    for row in session.scalars(live):
        for language in ("zh", "en"):
            if (row.id, language) not in texts:
                file = f"{slugs[row.course_id]}/{row.slug}/lesson.{language}.md"
                findings.append(warning(1, NO_TEXT, file=file, revision=row.revision))
        zh, en = (parse_lesson(texts.get((row.id, language), "")) for language in ("zh", "en"))
        lessons[row.course_id].append(values.Lesson(row.slug, zh, en, tuple(questions[row.id])))
    courses = tuple(
        values.Course(
            slug=row.slug,
            title=_both(row, "title"),
            summary=_both(row, "summary"),
            posts=tuple(row.posts),
            order=row.position,
            elective=row.elective,
            owner=row.owner,
            review_by=row.review_by,
            lessons=tuple(lessons[row.id]),
        )
        for row in session.scalars(
            select(Course).where(Course.retired_at.is_(None)).order_by(Course.position, Course.slug)
        )
    )
    return courses, tuple(findings)


def lesson_questions(session: Session, lesson_id: int) -> tuple[values.Question, ...]:
    """Return the questions of one lesson, in one query; what is retired is left out."""
    return tuple(_questions(session, lesson_id)[lesson_id])


def _questions(session: Session, lesson_id: int | None = None) -> dict[int, list[values.Question]]:
    found: dict[int, list[values.Question]] = defaultdict(list)
    wanted = (
        select(Question, QuestionVersion)
        .join(
            QuestionVersion,
            and_(Question.id == QuestionVersion.question_id, Question.version == QuestionVersion.version),
        )
        .where(Question.retired_at.is_(None))
        .order_by(Question.ref)
    )
    if lesson_id is not None:
        wanted = wanted.where(Question.lesson_id == lesson_id)
    for question, version in session.execute(wanted):
        found[question.lesson_id].append(question_value(question, version))
    return found


def question_value(question: Question, version: QuestionVersion) -> values.Question:
    """Return a version of a question as its file says it."""
    return values.Question(
        ref=question.ref,
        version=version.version,
        kind=version.kind,
        competency=version.competency,
        key_point=version.key_point,
        level=version.level,
        stem=_of(version.source.get("stem", version.stem)),
        options=tuple((option["id"], _of(option["text"])) for option in version.options),
        unit=_of(version.unit) if version.unit else None,
        body=version.body,
        key=version.key,
        explanation=_of(version.source.get("explanation", version.explanation)),
    )


def _profiles(session: Session) -> tuple[values.Profile, ...]:
    points: dict[int, list[values.ProfilePoint]] = defaultdict(list)
    for row in session.scalars(select(CompetencyPoint).order_by(CompetencyPoint.position)):
        points[row.profile_id].append(
            values.ProfilePoint(
                slug=row.slug,
                group=_both(row, "group"),
                kind=row.kind,
                minimum=row.minimum,
                title=_both(row, "title"),
                lessons=tuple(row.lessons),
                questions=tuple(row.questions),
            )
        )
    rows = session.scalars(select(Profile).order_by(Profile.slug))
    return tuple(values.Profile(row.slug, _both(row, "title"), tuple(points[row.id])) for row in rows)


def _programmes(session: Session, courses: dict[int, str]) -> tuple[values.Programme, ...]:
    stages, quizzes, gates = _stages(session, courses), _quizzes(session, courses), _gates(session)
    return tuple(
        values.Programme(
            slug=row.slug,
            title=_both(row, "title"),
            post=row.post,
            caps=row.caps,
            calendar=row.calendar,
            stages=tuple(stages[row.id]),
            quizzes=tuple(quizzes[row.id]),
            gates=tuple(gates[row.id]),
        )
        for row in session.scalars(select(Programme).order_by(Programme.slug))
    )


def _stages(session: Session, courses: dict[int, str]) -> dict[int, list[values.Stage]]:
    taken: dict[int, list[str]] = defaultdict(list)
    for pair in session.scalars(select(StageCourse).order_by(StageCourse.position)):
        taken[pair.stage_id].append(courses[pair.course_id])
    found: dict[int, list[values.Stage]] = defaultdict(list)
    for row in session.scalars(select(Stage).order_by(Stage.position)):
        found[row.programme_id].append(
            values.Stage(
                slug=row.slug,
                scope=row.scope,
                title=_both(row, "title"),
                summary=_both(row, "summary"),
                first_day=row.first_day,
                last_day=row.last_day,
                courses=tuple(taken[row.id]),
            )
        )
    return found


def _quizzes(session: Session, courses: dict[int, str]) -> dict[int, list[values.Quiz]]:
    drawn: dict[int, list[str]] = defaultdict(list)
    pairs = select(QuizCourse).join(Course, Course.id == QuizCourse.course_id).order_by(Course.position, Course.slug)
    for pair in session.scalars(pairs):
        drawn[pair.quiz_id].append(courses[pair.course_id])
    found: dict[int, list[values.Quiz]] = defaultdict(list)
    for row in session.scalars(
        select(Quiz).where(Quiz.retired_at.is_(None), Quiz.day.is_(None)).order_by(Quiz.position)
    ):
        found[row.programme_id].append(
            values.Quiz(
                slug=row.slug,
                title=_both(row, "title"),
                purpose=row.purpose,
                courses=tuple(drawn[row.id]),
                draw=row.draw,
                limit_minutes=row.limit_minutes,
                pass_percent=row.pass_percent,
                attempts=row.attempts_allowed,
                feedback=row.feedback,
                more=_more(row),
            )
        )
    return found


def _more(row: Quiz) -> dict[str, Any]:
    """Return the columns that a quiz's file states only where they say something."""
    more = {name: getattr(row, name) for name in ("blueprint", "borderline_percent", "retake_wait_hours")}
    more = {name: value for name, value in more.items() if value}
    if row.pauses_allowed:
        more |= {"pauses_allowed": row.pauses_allowed, "pause_minutes": row.pause_minutes}
    if row.asks_confidence:
        more["asks_confidence"] = True
    return more if row.at_end == "submit" else more | {"at_end": row.at_end}


def _gates(session: Session) -> dict[int, list[values.Gate]]:
    found: dict[int, list[values.Gate]] = defaultdict(list)
    for row in session.scalars(select(Gate).where(Gate.retired_at.is_(None)).order_by(Gate.position)):
        found[row.programme_id].append(
            values.Gate(
                slug=row.slug,
                after_stage=row.after_stage,
                scope=row.scope,
                valid_months=row.valid_months,
                title=_both(row, "title"),
                summary=_both(row, "summary"),
                requirements=tuple(_requirement(asked) for asked in row.requirements),
            )
        )
    return found


def _requirement(stored: dict[str, Any]) -> values.Requirement:
    facts = {name: value for name, value in stored.items() if name not in ("slug", "kind", "title")}
    return values.Requirement(stored["slug"], stored["kind"], _of(stored["title"]), facts)


def _scorecards(session: Session) -> tuple[values.Scorecard, ...]:
    criteria: dict[int, list[values.Criterion]] = defaultdict(list)
    for row in session.scalars(select(Criterion).order_by(Criterion.position)):
        anchors = tuple((score, _of(text)) for score, text in sorted(row.anchors.items()))
        weight = int(row.weight) if row.weight == int(row.weight) else row.weight
        criteria[row.scorecard_id].append(
            values.Criterion(row.slug, _both(row, "title"), weight, row.critical, anchors)
        )
    rows = session.scalars(select(Scorecard).where(Scorecard.retired_at.is_(None)).order_by(Scorecard.slug))
    return tuple(
        values.Scorecard(row.slug, _both(row, "title"), row.pass_percent, tuple(criteria[row.id])) for row in rows
    )


def _tracks(session: Session) -> tuple[values.Track, ...]:
    return tuple(
        values.Track(
            slug=row.slug,
            title=_both(row, "title"),
            rungs=tuple(map(_rung, row.rungs)),
            branches=tuple(
                values.Branch(branch["slug"], branch["from"], _of(branch["title"]), tuple(map(_rung, branch["rungs"])))
                for branch in row.branches
            ),
        )
        for row in session.scalars(select(Track).order_by(Track.slug))
    )


def _rung(stored: dict[str, Any]) -> values.Rung:
    return values.Rung(
        slug=stored["slug"],
        title=_of(stored["title"]),
        summary=_of(stored["summary"]),
        stars=stored.get("stars"),
        criteria=tuple(stored.get("criteria", ())),
    )
