"""The courseware standard: everything that is checked across files. Findings come sorted by file and line."""

from collections.abc import Iterator

from lms.content.rules import knowledge, lessons, programmes
from lms.content.rules.library import Library
from lms.content.rules.names import Names, names_of
from lms.courses.rules.findings import N_, Finding, error, warning


def check(library: Library) -> tuple[Finding, ...]:
    """Return all that was found wrong with `library`, while reading it and by the standard."""
    names = names_of(library)
    findings = set(library.findings)
    for part in (_courses, _question_ids, lessons.check, programmes.check, knowledge.check):
        findings.update(part(library, names))
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.line, finding.level, finding.template)))


def _courses(library: Library, names: Names) -> Iterator[Finding]:
    orders: dict[int, str] = {}
    for course in library.courses:
        file, line = course.place.file, course.place.line
        if not course.lessons:
            yield error(line, N_("The course has no lessons."), file=file)
        if course.order in orders:
            yield warning(line, N_("Course %(other)s has the same “order”."), file=file, other=orders[course.order])
        orders.setdefault(course.order, course.slug)
        for post in course.posts:
            if names.profiles and post not in names.profiles:
                yield error(line, N_("There is no profile “%(name)s”."), file=file, name=post)
        numbers: dict[int, str] = {}
        for lesson in course.lessons:
            other = numbers.setdefault(lesson.position, lesson.slug)
            if other != lesson.slug:
                yield error(1, N_("Lesson %(other)s has the same number."), file=lesson.folder, other=other)


def _question_ids(library: Library, _names: Names) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for course in library.courses:
        for lesson in course.lessons:
            for question in lesson.questions:
                where = f"{question.place.file or f'{course.slug}/{lesson.slug}'}:{question.place.line}"
                if question.ref in seen:
                    yield error(
                        question.place.line,
                        N_("The id “%(name)s” is already used in %(where)s."),
                        file=question.place.file,
                        name=question.ref,
                        where=seen[question.ref],
                    )
                seen.setdefault(question.ref, where)
