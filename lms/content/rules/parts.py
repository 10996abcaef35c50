"""A library that is only part of one: a course taken along, what it may lean on, what its import touched."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any

from lms.content.rules.library import Course, Lesson, Library
from lms.content.rules.report import Change, Held, Report
from lms.content.rules.standard import check
from lms.courses.rules.findings import Finding

# What a course names and another installation need not have; it is read all the same.
ELSEWHERE = frozenset(
    {
        "No profile has a competency “%(name)s”.",
        "There is no profile “%(name)s”.",
        "There is no lesson “%(name)s”.",
    }
)
THINGS = ("courses", "profiles", "programmes", "scorecards", "tracks")
UNCHANGED = "unchanged"


def whole(library: Library) -> bool:
    """Say whether `library` is one that stands alone: it has a programme. What it lacks is then meant to be gone."""
    return bool(library.programmes)


def taught(library: Library) -> tuple[Library, bool]:
    """Return `library` without what decides over people (posts, programmes, gates, scorecards, tracks), and whether
    there was any of it.
    """
    rest = replace(library, profiles=(), programmes=(), scorecards=(), tracks=())
    return rest, rest != library


def only(library: Library, slug: str) -> Library:
    """Return the library that holds nothing but the course called `slug`; empty where there is none."""
    courses = tuple(course for course in library.courses if course.slug == slug)
    return Library(courses=courses, media=library.media, files=library.files)


def check_part(part: Library, stored: Library) -> tuple[Finding, ...]:
    """Return what is wrong with `part` where everything else is as `stored` says.

    What its courses name and nobody has here is a warning: the rest of the library it came from may follow.
    """
    found = check(joined(stored, part))
    ours = {finding for finding in part.findings if not finding.file} | {f for f in found if _belongs(f, part)}
    soft = (_softened(finding, part) for finding in ours)
    return tuple(sorted(soft, key=lambda finding: (finding.file, finding.line, finding.level, finding.template)))


def joined(stored: Library, part: Library) -> Library:
    """Return `stored` with everything of `part` in place of what is called the same."""

    def both(name: str) -> tuple[Any, ...]:
        ours = getattr(part, name)
        called = {thing.slug for thing in ours}
        return (*(thing for thing in getattr(stored, name) if thing.slug not in called), *ours)

    things: dict[str, Any] = {name: both(name) for name in THINGS}
    return replace(part, **things)


def _belongs(finding: Finding, part: Library) -> bool:
    """Say whether a finding is about a file of `part`: what is stored has no file."""
    folders = {course.slug for course in part.courses} | set(THINGS[1:])
    return finding in part.findings or finding.file.split("/")[0] in folders


def _softened(finding: Finding, part: Library) -> Finding:
    inside = finding.file.split("/")[0] in {course.slug for course in part.courses}
    return replace(finding, level="warning") if inside and finding.template in ELSEWHERE else finding


@dataclass(frozen=True)
class Row:
    """One thing of a library, where it is written, and what an import does to it; what is retired has no file."""

    kind: str
    slug: str
    deed: str
    file: str = ""
    line: int = 0


def rows(library: Library, report: Report) -> tuple[Row, ...]:
    """Return what becomes of every course, lesson and question of `library`, and of all else that `report` names."""
    deeds = {(change.kind, change.slug): change.deed for change in report.changes}
    listed: list[Row] = []
    for course in library.courses:
        listed.append(_row("course", course.slug, f"{course.slug}/course.yaml", 1, deeds))
        for lesson in course.lessons:
            folder = f"{course.slug}/{lesson.slug}"
            listed.append(_row("lesson", folder, f"{folder}/lesson.zh.md", 1, deeds))
            listed += [_row("question", q.ref, q.place.file, q.place.line, deeds) for q in lesson.questions]
    named = {(row.kind, row.slug) for row in listed}
    rest = (Row(c.kind, c.slug, c.deed, *_file(c)) for c in report.changes if (c.kind, c.slug) not in named)
    return (*listed, *rest)


def _file(change: Change) -> tuple[str, int]:
    """Return where a file of a lesson lies, `course/lesson/name` in the report; nothing for all else."""
    if change.kind != "file" or change.deed == "retired":
        return "", 0
    folder, _, name = change.slug.rpartition("/")
    return f"{folder}/media/{name}", 1


def _row(kind: str, slug: str, file: str, line: int, deeds: dict[tuple[str, str], str]) -> Row:
    return Row(kind, slug, deeds.get((kind, slug), UNCHANGED), file, line)


def hold(
    library: Library, stored: Library, names: Container[str], here: Container[str]
) -> tuple[Library, tuple[Held, ...]]:
    """Return `library` with what is stored in place of each lesson of `names` (`course/lesson`) that it would change.

    A lesson of `names` that is new to a course of `here` (all courses that there are, retired ones too) is left out.
    The second value is the lessons that wait.
    """
    before = {f"{course.slug}/{lesson.slug}": lesson for course in stored.courses for lesson in course.lessons}
    held: list[Held] = []
    courses = tuple(
        _held_course(course, before, names, held) if course.slug in here else course for course in library.courses
    )
    return replace(library, courses=courses), tuple(held)


def _held_course(course: Course, before: dict[str, Lesson], names: Container[str], held: list[Held]) -> Course:
    lessons: list[Lesson] = []
    for lesson in course.lessons:
        name = f"{course.slug}/{lesson.slug}"
        known = before.get(name)
        if name not in names or (known is not None and _same(known, lesson)):
            lessons.append(lesson)
            continue
        lessons += [known] if known is not None else []
        held.append(Held(course.slug, lesson))
    return replace(course, lessons=tuple(lessons))


def _same(one: Lesson, other: Lesson) -> bool:
    texts = ({language: text.source for language, text in lesson.sources.items()} for lesson in (one, other))
    return next(texts) == next(texts) and one.questions == other.questions
