"""What a lesson must meet: its length, its key points and who asks for them, its two languages, its references."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lms.content.rules import wording
from lms.content.rules.library import Lesson, Library, Question
from lms.content.rules.names import Names
from lms.courses.rules.boxes import Case
from lms.courses.rules.findings import N_, Finding, error, warning
from lms.courses.rules.inline import Link, links, plain
from lms.courses.rules.lesson_source import SCHEME, LessonSource
from lms.courses.rules.reading import WORD, lesson_seconds, minutes
from lms.media.rules.medium import Medium
from lms.media.rules.names import captions_of
from lms.media.rules.tags import name_in

MOST_MINUTES = 5
MOST_POINTS = 7
MINUTES_OFF = 1


def check(library: Library, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the lessons of `library`."""
    for course in library.courses:
        for lesson in course.lessons:
            yield from check_lesson(lesson, names, library.media)
    yield from _circles(library)


def check_lesson(lesson: Lesson, names: Names, media: Mapping[str, Medium]) -> Iterator[Finding]:
    """Yield what is wrong with one lesson; `names` are those of the library it stands in, `media` its files by path."""
    recordings = {
        path.rpartition("/")[2]: medium.seconds
        for path, medium in media.items()
        if medium.seconds and path.startswith(f"{lesson.folder}/media/")
    }
    for language, source in lesson.sources.items():
        file = f"{lesson.folder}/lesson.{language}.md"
        yield from _length(source, file, recordings)
        yield from _points(source, lesson, file)
        yield from _references(source, lesson, file, names)
        yield from _links(source, lesson, file, media)
        yield from wording.check(source, language, file)
    yield from _pair(lesson)
    for question in lesson.questions:
        yield from _question(question, lesson, names)
        yield from _files(question, lesson, media)


def _length(source: LessonSource, file: str, recordings: Mapping[str, float]) -> Iterator[Finding]:
    line, declared = source.front.lines.get("minutes", 1), source.front.minutes
    taken = minutes(lesson_seconds(source, recordings))
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


def _links(source: LessonSource, lesson: Lesson, file: str, media: Mapping[str, Medium]) -> Iterator[Finding]:
    sounds = {part.sound for block in source.blocks for part in block.parts if isinstance(part, Case)}
    for link in source.links:
        if SCHEME.match(link.target):
            if link.image:
                yield error(link.line, N_("Pictures come from the lesson's own media/, not from elsewhere."), file=file)
            continue
        name = name_in(link.target)
        medium = media.get(f"{lesson.folder}/media/{name}")
        if name is None or medium is None:
            yield error(link.line, N_("Dead link: %(target)s"), file=file, target=link.target[:200])
            continue
        if link.target in sounds and medium.kind not in ("audio", "video"):
            yield error(link.line, N_("%(name)s is no recording that a call could have."), file=file, name=name)
        yield from _shown(link, name, medium, f"{lesson.folder}/media/", file, media)


def _shown(
    link: Link, name: str, medium: Medium, folder: str, file: str, media: Mapping[str, Medium]
) -> Iterator[Finding]:
    """Yield what those miss who do not see a picture, or do not hear a film."""
    if medium.kind == "image" and link.image and not WORD.search(plain(link.text)):
        yield error(
            link.line,
            N_("Say in the brackets what the picture shows: ![words](media/%(name)s). Some readers hear only them."),
            file=file,
            name=name,
        )
    names = {path.removeprefix(folder) for path in media if path.startswith(folder)}
    if medium.kind == "video" and not captions_of(name, names):
        stem = name.rpartition(".")[0]
        yield warning(
            link.line,
            N_("The film has no captions; put %(captions)s beside it."),
            file=file,
            captions=f"{stem}.zh.vtt, {stem}.en.vtt",
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
    card = question.body.get("scorecard")
    if names.scorecards and card is not None and card not in names.scorecards:
        yield error(
            question.lines.get("scorecard", line), N_("There is no scorecard “%(name)s”."), file=file, name=card
        )
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


def _files(question: Question, lesson: Lesson, media: Mapping[str, Medium]) -> Iterator[Finding]:
    """Yield what is wrong with the files that a question shows or has listened to."""
    file, folder = question.place.file, f"{lesson.folder}/media/"
    for part in ("stem", "explanation"):
        line = question.lines.get(part, question.place.line)
        for link in (link for text in getattr(question, part).as_dict().values() for link in links(text)):
            if SCHEME.match(link.target) and not link.image:
                continue
            if part == "explanation":
                yield error(
                    line, N_("Pictures and recordings stand in the question, not in its explanation."), file=file
                )
                continue
            name = None if SCHEME.match(link.target) else name_in(link.target)
            medium = media.get(folder + (name or ""))
            if name is None or medium is None:
                yield error(line, N_("Dead link: %(target)s"), file=file, target=link.target[:200])
                continue
            yield from _shown(replace(link, line=line), name, medium, folder, file, media)
    sound = str(question.body.get("audio", ""))
    medium = media.get(folder + (name_in(sound) or ""))
    if sound and (medium is None or medium.kind != "audio"):
        yield error(
            question.lines.get("audio", question.place.line), N_("Dead link: %(target)s"), file=file, target=sound
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
