"""What a question of a form becomes: its id, its version, its place in the list."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from lms.content.rules.forms import question_key
from lms.content.rules.library import Question

NUMBERED = re.compile(r"^([a-z0-9]+(?:-[a-z0-9]+)*?)-(\d\d)-(\d\d)$")


@dataclass(frozen=True)
class Written:
    """A question as a form states it; `meaning_changed`: it asks for something else now."""

    question: Question
    meaning_changed: bool


def new_ref(course: str, position: int, known: Collection[str], of_course: Collection[str] = ()) -> str:
    """Return an id that is free in the whole library: letters of the course, number of the lesson, a running number.

    The letters are those that most questions of the course have, else the first ones of the words of its name.
    """
    letters = Counter(found.group(1) for ref in of_course if (found := NUMBERED.match(ref)))
    prefix = letters.most_common(1)[0][0] if letters else "".join(word[0] for word in course.split("-") if word)
    lesson = f"{prefix}-{min(max(position, 0), 99):02}"
    number = next(n for n in range(1, len(known) + 2) if f"{lesson}-{n:02}" not in known)
    return f"{lesson}-{number:02}"


def versioned(question: Question, published: Question | None, *, meaning_changed: bool) -> Question:
    """Return `question` with the version it needs: one more than the published where key or meaning changed."""
    if published is None:
        return replace(question, version=1)
    changed = meaning_changed or question_key(question) != question_key(published)
    return replace(question, version=published.version + 1 if changed else published.version)


def put(questions: Sequence[Question], question: Question) -> tuple[Question, ...]:
    """Return `questions` with `question` in the place of the one with its id, or at the end."""
    if any(each.ref == question.ref for each in questions):
        return tuple(question if each.ref == question.ref else each for each in questions)
    return (*questions, question)


def without(questions: Sequence[Question], ref: str) -> tuple[Question, ...]:
    """Return `questions` without the one with this id."""
    return tuple(question for question in questions if question.ref != ref)
