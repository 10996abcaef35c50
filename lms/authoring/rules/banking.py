"""What comes into the bank and goes out of it: items of files as questions of a lesson, and back; what is edited."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from lms.content.rules.library import Both, Question
from lms.quizzes.rules.formats.items import Item
from lms.quizzes.rules.kinds.base import Parts

MOST_TAGS = 12
LONGEST_TAG = 40
RETIRE, REVIVE, LEVEL, COMPETENCY = "retire", "revive", "level", "competency"


@dataclass(frozen=True)
class Change:
    """What a bulk edit does to questions in the drafts of their lessons."""

    act: str
    value: str = ""


def question_of(item: Item, competency: str, known: Collection[str]) -> Question:
    """Return an item of a file as a new question; `competency` is taken where the file names none that is known."""
    parts = item.parts
    return Question(
        ref="",
        version=1,
        kind=item.kind,
        competency=item.competency if item.competency in known else competency,
        key_point=None,
        level=item.level,
        stem=Both(**item.stem),
        options=tuple((str(option["id"]), Both(**option["text"])) for option in parts.options),
        unit=Both(**parts.unit) if parts.unit else None,
        key=parts.key,
        explanation=Both(**item.explanation),
        body=parts.body,
    )


def item_of(question: Question, tags: Iterable[str] = ()) -> Item:
    """Return a question as it travels."""
    return Item(
        kind=question.kind,
        stem=question.stem.as_dict(),
        parts=Parts(
            tuple({"id": name, "text": text.as_dict()} for name, text in question.options),
            question.body,
            question.key,
            question.unit.as_dict() if question.unit else {},
        ),
        explanation=question.explanation.as_dict(),
        ref=question.ref,
        level=question.level,
        competency=question.competency,
        tags=tuple(tags),
    )


def changed(question: Question, change: Change) -> Question:
    """Return a question with another level or competency; it means the same, so its version stays."""
    if change.act == LEVEL:
        return replace(question, level=int(change.value))
    return replace(question, competency=change.value)


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags that a text names, parted by commas or lines, each once."""
    parts = text.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(" ".join(part.split())[:LONGEST_TAG] for part in parts if part.strip()))[:MOST_TAGS]


def tagged(tags: Iterable[str], add: Iterable[str], remove: Collection[str]) -> list[str]:
    """Return tags with some more and some less, at most MOST_TAGS."""
    return [tag for tag in dict.fromkeys((*tags, *add)) if tag not in remove][:MOST_TAGS]
