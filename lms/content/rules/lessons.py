"""What a lesson must meet: its length, its key points and who asks for them, its two languages, its references."""

from collections.abc import Iterator
from posixpath import normpath

from lms.content.rules import wording
from lms.content.rules.library import Lesson, Library, Question
from lms.content.rules.names import Names
from lms.courses.rules.findings import N_, Finding, error, warning
from lms.courses.rules.lesson_source import SCHEME, LessonSource
from lms.courses.rules.reading import lesson_seconds, minutes

MOST_MINUTES = 5
MOST_POINTS = 7
MINUTES_OFF = 1


def check(library: Library, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the lessons of `library`."""
    for course in library.courses:
        for lesson in course.lessons:
            yield from check_lesson(lesson, names, library.media)
    yield from _circles(library)


def check_lesson(lesson: Lesson, names: Names, media: frozenset[str]) -> Iterator[Finding]:
    """Yield what is wrong with one lesson; `names` are those of the library it stands in, `media` its files."""
    for language, source in lesson.sources.items():
        file = f"{lesson.folder}/lesson.{language}.md"
        yield from _length(source, file)
        yield from _points(source, lesson, file)
        yield from _references(source, lesson, file, names)
        yield from _links(source, lesson, file, media)
        yield from wording.check(source, language, file)
    yield from _pair(lesson)
    for question in lesson.questions:
        yield from _question(question, lesson, names)


def _length(source: LessonSource, file: str) -> Iterator[Finding]:
    line, declared = source.front.lines.get("minutes", 1), source.front.minutes
    taken = minutes(lesson_seconds(source))
    if max(declared, taken) > MOST_MINUTES:
        yield error(
            line,
            N_("The lesson takes %(taken)s minutes; the standard allows %(most)s. Make two of it."),
            file=file,
            taken=max(declared, taken),
            most=MOST_MINUTES,
        )
    if declared and abs(declared - taken) > MINUTES_OFF:
        yield error(
            line,
            N_("“minutes: %(declared)s” is off: reading and checks take about %(taken)s."),
            file=file,
            declared=declared,
            taken=taken,
        )


def _points(source: LessonSource, lesson: Lesson, file: str) -> Iterator[Finding]:
    if not source.points:
        yield error(1, N_("The lesson marks no key point."), file=file)
    if len(source.points) > MOST_POINTS:
        yield error(
            source.points[MOST_POINTS].line,
            N_("The lesson has %(count)s key points; the standard allows %(most)s."),
            file=file,
            count=len(source.points),
            most=MOST_POINTS,
        )
    asked = {question.key_point for question in lesson.questions}
    for point in source.points:
        if point.number not in asked and point.question is None:
            yield error(point.line, N_("No question asks for key point %(number)s."), file=file, number=point.number)


def _references(source: LessonSource, lesson: Lesson, file: str, names: Names) -> Iterator[Finding]:
    own = {question.ref for question in lesson.questions}
    for part in source.checks:
        if part.ref not in own:
            yield error(part.line, N_("There is no question “%(name)s” in questions.yaml."), file=file, name=part.ref)
    lines = source.front.lines
    for name in source.front.competencies:
        if names.profiles and name not in names.competencies:
            yield error(lines["competencies"], N_("No profile has a competency “%(name)s”."), file=file, name=name)
    for name in source.front.prerequisites:
        if name not in names.lessons:
            yield error(lines["prerequisites"], N_("There is no lesson “%(name)s”."), file=file, name=name)


def _links(source: LessonSource, lesson: Lesson, file: str, media: frozenset[str]) -> Iterator[Finding]:
    for link in source.links:
        if SCHEME.match(link.target):
            continue
        target = normpath(f"{lesson.folder}/{link.target}")
        if target not in media or not target.startswith(f"{lesson.folder}/media/"):
            yield error(link.line, N_("Dead link: %(target)s"), file=file, target=link.target[:200])
        else:
            yield warning(
                link.line,
                N_("%(target)s is not shown to readers yet; the text must stand without it."),
                file=file,
                target=link.target[:200],
            )


def _pair(lesson: Lesson) -> Iterator[Finding]:
    """Yield where the two languages do not say the same."""
    if lesson.zh is None or lesson.en is None:
        return
    file, zh, en = f"{lesson.folder}/lesson.en.md", lesson.zh, lesson.en
    for what, ours, theirs in (
        (N_("%(en)s key points here, %(zh)s in lesson.zh.md."), len(en.points), len(zh.points)),
        (N_("%(en)s blocks here, %(zh)s in lesson.zh.md."), len(en.blocks), len(zh.blocks)),
    ):
        if ours != theirs:
            yield error(1, what, file=file, en=ours, zh=theirs)
    if [part.ref for part in en.checks] != [part.ref for part in zh.checks]:
        yield error(1, N_("lesson.zh.md asks other checks, or in another order."), file=file)
    for key in ("minutes", "competencies", "prerequisites"):
        if getattr(en.front, key) != getattr(zh.front, key):
            yield error(en.front.lines.get(key, 1), N_("“%(key)s” differs from lesson.zh.md."), file=file, key=key)


def _question(question: Question, lesson: Lesson, names: Names) -> Iterator[Finding]:
    file, line = question.place.file, question.place.line
    if names.profiles and question.competency and question.competency not in names.competencies:
        yield error(line, N_("No profile has a competency “%(name)s”."), file=file, name=question.competency)
    for source in (lesson.zh, lesson.en):
        if source is None:
            continue
        if question.key_point is not None and question.key_point > len(source.points):
            yield error(line, N_("The lesson has no key point %(number)s."), file=file, number=question.key_point)
        if question.competency and question.competency not in source.front.competencies:
            yield warning(
                line, N_("The lesson does not name the competency “%(name)s”."), file=file, name=question.competency
            )


def _circles(library: Library) -> Iterator[Finding]:
    """Yield each lesson that is, by way of others, a prerequisite of itself."""
    needs = {
        f"{course.slug}/{lesson.slug}": lesson.en.front.prerequisites
        for course in library.courses
        for lesson in course.lessons
        if lesson.en is not None
    }
    for name in needs:
        reached: set[str] = set()
        ahead = list(needs[name])
        while ahead:
            other = ahead.pop()
            if other not in reached:
                reached.add(other)
                ahead.extend(needs.get(other, ()))
        if name in reached:
            yield error(1, N_("The lesson is a prerequisite of itself."), file=f"{name}/lesson.en.md")
