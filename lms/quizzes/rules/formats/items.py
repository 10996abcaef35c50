"""Makes questions of ours out of those of other systems, or says by line why not."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from lms.courses.rules.findings import N_, Finding, error, warning
from lms.media.rules.names import name_for
from lms.quizzes.rules.formats import foreign
from lms.quizzes.rules.formats.answers import LANGUAGES, LONGEST, PARTS, Made, RefusedError, cloze, short
from lms.quizzes.rules.formats.foreign import ForeignQuestion, Picture
from lms.quizzes.rules.formats.wording import LEFT_PICTURE, Notes
from lms.quizzes.rules.kinds.base import Parts, Text

UNTRANSLATED = {"zh": "〔未译〕 ", "en": "[not translated] "}
UNEXPLAINED = {"zh": "〔解释待写〕", "en": "[explanation to be written]"}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CARRIED = re.compile(r"!\[([^\[\]]*)\]\(" + re.escape(foreign.PICTURE_AT) + r"([^()\s]*)\)")
ENDING = re.compile(r"\.([A-Za-z0-9]{2,4})\Z")
OURS = frozenset({"level", "competency", foreign.WHOLE_TAG})  # tags by which a file says what its format cannot


@dataclass(frozen=True)
class Item:
    """A question of ours as it travels: its texts in both languages as Markdown, what is answered, what it is for."""

    kind: str
    stem: Text
    parts: Parts
    explanation: Text
    ref: str = ""
    title: str = ""
    level: int = 1
    competency: str = ""
    tags: tuple[str, ...] = ()
    line: int = 1
    file: str = ""
    pictures: tuple[Picture, ...] = ()  # which the stem shows as media/name


def to_item(question: ForeignQuestion) -> tuple[Item | None, tuple[Finding, ...]]:
    """Return the question as one of ours, or None; and what is lost, or why it cannot be taken."""
    made = Made(question, Notes(dict.fromkeys(question.notes)))
    try:
        item = _item(made)
    except RefusedError as why:
        return None, (error(question.line, why.template, file=question.file, **why.values),)
    return item, tuple(warning(question.line, told, file=question.file) for told in made.notes.told)


def _item(made: Made) -> Item:
    question = made.question
    if question.kind not in PARTS:
        raise RefusedError(N_("This has no answer that can be marked; it is left out."))
    pictures: tuple[Picture, ...] = ()
    if question.kind == foreign.CLOZE:
        stem, parts = cloze(made)
    else:
        (stem, pictures), parts = _shown(made), PARTS[question.kind](made)
    if not any(stem.values()):
        raise RefusedError(N_("There is no text before the answers."))
    for text in stem.values():
        short(text, LONGEST)
    facts = dict(tag.split(":", 1) for tag in question.tags if ":" in tag)
    level = facts.get("level", "")
    competency = facts.get("competency", "")
    return Item(
        kind=question.kind,
        stem=_both(stem, UNTRANSLATED),
        parts=parts,
        explanation=_explanation(made),
        ref=question.ref,
        title=question.title,
        level=int(level) if level in ("1", "2", "3") else 1,
        competency=competency if SLUG.fullmatch(competency) else "",
        tags=tuple(tag for tag in question.tags if tag.split(":")[0] not in OURS),
        line=question.line,
        file=question.file,
        pictures=pictures,
    )


def _shown(made: Made) -> tuple[Text, tuple[Picture, ...]]:
    """Return the stem with the pictures that it shows, by names that lessons may give them."""
    held = {picture.name: picture for picture in made.question.pictures}
    used = dict[str, Picture]()

    def place(found: re.Match[str]) -> str:
        picture = held.get(unquote(found.group(2)))
        if picture is None:
            made.notes.note(LEFT_PICTURE)
            return f"({found.group(1)})" if found.group(1).strip() else ""
        if picture.name not in used:
            ending = ENDING.search(picture.name)
            taken = {each.name for each in used.values()}
            name = name_for(picture.name, ending.group(1).lower() if ending else "png", "image", taken)
            used[picture.name] = Picture(name, picture.data)
        return f"![{found.group(1)}](media/{quote(used[picture.name].name)})"

    stem = {name: CARRIED.sub(place, text).strip() for name, text in made.rich(made.question.stem, set(held)).items()}
    return stem, tuple(used.values())


def _explanation(made: Made) -> Text:
    """Return the general feedback, else what is said of the right answers, else that it is to be written."""
    said = made.question.feedback or "\n".join(
        dict.fromkeys(a.feedback for a in made.question.answers if a.percent > 0 and a.feedback)
    )
    texts = {name: text for name, text in made.rich(said).items() if text}
    for text in texts.values():
        short(text, LONGEST)
    if made.question.feedback and any(answer.feedback for answer in made.question.answers):
        made.notes.note(N_("What is said of single answers is left out; here a question has one explanation."))
    return _both(texts, UNTRANSLATED) if texts else dict(UNEXPLAINED)


def _both(texts: Text, marks: Text) -> Text:
    """Return a text in both languages; one that is missing is the other one, marked as not translated."""
    there = next(text for text in texts.values() if text)
    return {name: texts.get(name) or f"{marks[name]}{there}" for name in LANGUAGES}
