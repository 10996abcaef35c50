"""What a draft looks like, made by the very functions that publish it, and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.content.rules.lessons import MOST_POINTS
from lms.content.rules.library import Lesson, Question
from lms.courses.actions.rendering import PublicQuestion, blocks, stem
from lms.courses.rules.lesson_source import LessonSource
from lms.courses.rules.reading import NOTHING, lesson_seconds, minutes
from lms.media.rules.medium import EMPTY, Album
from lms.quizzes.rules.kinds import kind_of


@dataclass(frozen=True)
class Preview:
    """A draft in one language as the new hire will see it."""

    language: str
    title: str
    blocks: tuple[dict[str, Any], ...]
    points: tuple[str, ...]
    minutes: int
    most_points: int = MOST_POINTS


def preview(lesson: Lesson, language: str, album: Album = EMPTY) -> Preview:
    """Return what `lesson` looks like in `language`, with the files of `album`."""
    source = lesson.sources[language]
    return Preview(
        language=language,
        title=source.title,
        blocks=tuple(blocks(source, language, public(lesson.questions, album), album)),
        points=tuple(point.text for point in source.points),
        minutes=taken(source, album.seconds),
    )


def taken(source: LessonSource, recordings: Mapping[str, float] = NOTHING) -> int:
    """Return the whole minutes that a text takes, its `recordings` (seconds by name) included."""
    return minutes(lesson_seconds(source, recordings))


def public(questions: tuple[Question, ...], album: Album = EMPTY) -> Mapping[str, PublicQuestion]:
    """Return questions as a lesson shows them; their numbers stand for ids that they do not have yet."""
    return {
        question.ref: PublicQuestion(
            question_id=number,
            ref=question.ref,
            kind=question.kind,
            stem={language: stem(text, language, album) for language, text in question.stem.as_dict().items()},
            options=kind_of(question.kind).offered(
                [(name, text.as_dict()) for name, text in question.options], question.ref
            ),
            unit=question.unit.as_dict() if question.unit else {},
            body=question.body,
        )
        for number, question in enumerate(questions, 1)
    }
