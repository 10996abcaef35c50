"""Reads the texts of a draft as the files of a lesson, and writes questions as their file has them."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.ondisk.courses import read_questions
from lms.content.ondisk.located import File, Table, compose
from lms.content.ondisk.writing import write_questions
from lms.content.rules.library import Lesson, Question
from lms.courses.rules.findings import Finding
from lms.courses.rules.lesson_source import parse_lesson
from lms.quizzes.rules.kinds import KINDS, Parts


@dataclass(frozen=True)
class Reading:
    """A draft as a lesson of the library, and what was wrong while it was read."""

    lesson: Lesson
    findings: tuple[Finding, ...]


def file_of(folder: str, part: str) -> str:
    """Return the name of the file that a part of a draft is on disk."""
    return f"{folder}/questions.yaml" if part == "questions" else f"{folder}/lesson.{part}.md"


def read_draft(course: str, slug: str, texts: Mapping[str, str]) -> Reading:
    """Return what the parts `texts` say; never raises, whatever they hold."""
    folder = f"{course}/{slug}"
    findings: list[Finding] = []
    sources = {language: parse_lesson(texts.get(language, "")) for language in ("zh", "en")}
    for language, source in sources.items():
        findings.extend(finding.within(file_of(folder, language)) for finding in source.findings)
    questions = read_questions(texts.get("questions", ""), File(file_of(folder, "questions"), findings))
    return Reading(Lesson(slug, sources["zh"], sources["en"], questions, folder), tuple(findings))


def questions_text(questions: tuple[Question, ...]) -> str:
    """Return questions as `questions.yaml` holds them; nothing for none."""
    return write_questions(questions) if questions else ""


def read_part(kind: str, text: str) -> tuple[Parts, tuple[Finding, ...]]:
    """Return what the kind's own part of a questions.yaml says, and what is wrong with it, by the lines of `text`."""
    findings: list[Finding] = []
    file = File("", findings)
    root = compose(text, file) if text.strip() else None
    table = Table(root, file)
    if root is not None and not table.sound:
        return Parts(), tuple(findings)
    parts = KINDS[kind].read(table)
    table.done()
    return parts, tuple(findings)


def parts_of(question: Question) -> Parts:
    """Return what is answered in a question."""
    options = tuple({"id": name, "text": text.as_dict()} for name, text in question.options)
    return Parts(options, question.body, question.key, question.unit.as_dict() if question.unit else {})


def faults_of(question: Question) -> tuple[Finding, ...]:
    """Return what keeps a question from being read back out of its file as it is."""
    findings: list[Finding] = []
    read_questions(questions_text((question,)), File("questions.yaml", findings))
    return tuple(findings)
