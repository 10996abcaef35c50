"""Reads course folders: course.yaml, lessons in two languages, questions."""

import re

import yaml

from lms.content.ondisk.located import File, Table, compose, read_table
from lms.content.ondisk.tree import Tree
from lms.content.rules.library import Both, Course, Lesson, Question
from lms.courses.rules.findings import N_, error, warning
from lms.courses.rules.lesson_source import LessonSource, parse_lesson
from lms.quizzes.rules.kinds import KINDS

LESSON_FOLDER = re.compile(r"^\d\d-[a-z0-9]+(?:-[a-z0-9]+)*$")
COURSE_FOLDER = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
HIGHEST_LEVEL = 3
LONGEST_NAME = 80


def read_course(tree: Tree, folder: str) -> Course | None:
    """Return the course in `folder`, or None, with findings, where it has none that can be read."""
    file = f"{folder}/course.yaml"
    if file not in tree.files:
        tree.findings.append(error(1, N_("The folder has no course.yaml."), file=folder))
        return None
    if not COURSE_FOLDER.match(folder) or len(folder) > LONGEST_NAME:
        tree.findings.append(
            error(1, N_("A folder's name is lower-case Latin letters, digits and hyphens."), file=folder)
        )
        return None
    text = tree.text(file)
    lessons = tuple(_lesson(tree, folder, name) for name in tree.names(folder) if _named(tree, folder, name))

    def take(table: Table) -> Course:
        return Course(
            slug=folder,
            title=table.both("title", 200),
            summary=table.both("summary"),
            posts=table.slugs("posts"),
            order=table.whole("order", 0, 999),
            elective=table.has("elective") and table.flag("elective"),
            owner=table.text("owner", 120),
            review_by=table.day("review_by"),
            lessons=_ordered(table, lessons),
            place=table.place,
        )

    made: Course | None = read_table(text, File(file, tree.findings), take) if text is not None else None
    return made


def _ordered(table: Table, lessons: tuple[Lesson, ...]) -> tuple[Lesson, ...]:
    """Return the lessons in the order that the course states, else by name."""
    if not table.has("lessons"):
        return lessons
    order = table.slugs("lessons")
    if sorted(order) != sorted(lesson.slug for lesson in lessons):
        table.file.error(table.line_of("lessons"), N_("“lessons” must name every lesson of the course once."))
        return lessons
    return tuple(sorted(lessons, key=lambda lesson: order.index(lesson.slug)))


def _named(tree: Tree, folder: str, name: str) -> bool:
    if LESSON_FOLDER.match(name) and len(name) <= LONGEST_NAME:
        return True
    where = f"{folder}/{name}"
    tree.findings.append(error(1, N_("A lesson's folder is named like 04-what-we-promise."), file=where))
    return False


def _lesson(tree: Tree, course: str, name: str) -> Lesson:
    folder = f"{course}/{name}"
    known = {f"{folder}/{file}" for file in ("lesson.zh.md", "lesson.en.md", "questions.yaml")}
    for file in tree.files:
        if file.startswith(folder + "/") and file not in known and not file.startswith(f"{folder}/media/"):
            tree.findings.append(warning(1, N_("This file is not part of a lesson and is passed over."), file=file))
    return Lesson(
        slug=name,
        zh=_source(tree, f"{folder}/lesson.zh.md"),
        en=_source(tree, f"{folder}/lesson.en.md"),
        questions=_questions(tree, f"{folder}/questions.yaml"),
        folder=folder,
    )


def _source(tree: Tree, file: str) -> LessonSource | None:
    if file not in tree.files:
        tree.findings.append(error(1, N_("The lesson lacks this translation."), file=file))
        return None
    text = tree.text(file)
    if text is None:
        return None
    source = parse_lesson(text)
    tree.findings.extend(finding.within(file) for finding in source.findings)
    return source


def _questions(tree: Tree, name: str) -> tuple[Question, ...]:
    if name not in tree.files:
        return ()
    return read_questions(tree.text(name) or "", File(name, tree.findings))


def read_questions(text: str, file: File) -> tuple[Question, ...]:
    """Return the questions that the text of a questions.yaml holds, with findings in `file`."""
    root = compose(text, file) if text.strip() else None
    if root is None:
        return ()
    if not isinstance(root, yaml.SequenceNode):
        file.error(1, N_("Questions are a list: each begins with “- id: …”."))
        return ()
    tables = (Table(node, file) for node in root.value)
    return tuple(_question(table) for table in tables if table.sound)


def _question(table: Table) -> Question:
    kind = table.one_of("kind", tuple(KINDS))
    parts = KINDS[kind].read(table)
    question = Question(
        ref=table.slug("id"),
        version=table.whole("version", 1, 100_000),
        kind=kind,
        competency=table.slug("competency"),
        key_point=table.whole("key_point", 1, 99) if table.has("key_point") else None,
        level=table.whole("level", 1, HIGHEST_LEVEL),
        stem=table.both("stem", 2000),
        options=tuple((option["id"], Both(**option["text"])) for option in parts.options),
        body=parts.body,
        unit=Both(**parts.unit) if parts.unit else None,
        key=parts.key,
        explanation=table.both("explanation", 2000),
        lines=dict(table.lines),
        place=table.place,
    )
    table.done()
    return question
