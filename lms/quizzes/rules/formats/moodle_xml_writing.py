"""Writes Moodle XML as Moodle reads it; texts stay Markdown, which Moodle knows as a format."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from urllib.parse import quote

from lms.quizzes.rules.formats import cutting, foreign, wording
from lms.quizzes.rules.formats.embedded import place_of
from lms.quizzes.rules.formats.foreign import ForeignQuestion
from lms.quizzes.rules.formats.xmlwriting import DECLARATION, element, text

GAP = re.compile(r"\[\[(\d{1,2})\]\]")
FORMATS = {
    wording.HTML: "html",
    wording.MARKDOWN: "markdown",
    wording.PLAIN: "plain_text",
    wording.MOODLE: "moodle_auto_format",
}


def write_moodle_xml(questions: Iterable[ForeignQuestion]) -> str:
    """Return questions as a Moodle XML file."""
    return DECLARATION + "<quiz>\n" + "\n".join(map(_question, questions)) + "\n</quiz>\n"


def _question(question: ForeignQuestion) -> str:
    kind, parts = _KINDS[question.kind](question)
    stem = {"multianswer": _with_places, "gapselect": _with_numbers}.get(kind, lambda same: same.stem)(question)
    lines = [
        element("name", _text(question.title or "…")),
        _stem(stem, question),
        _marked("generalfeedback", question.feedback, question),
        element("defaultgrade", "1.0"),
        element("penalty", "0"),
        element("hidden", "0"),
        element("idnumber", text(question.ref)) if question.ref else "",
        *parts,
        element("tags", "".join(element("tag", _text(tag)) for tag in question.tags)) if question.tags else "",
    ]
    inside = "\n".join(f"    {line}" for line in lines if line)
    return element("question", f"\n{inside}\n  ", type=kind).join(("  ", ""))


def _text(words: str) -> str:
    return element("text", text(words))


def _marked(name: str, words: str, question: ForeignQuestion, **facts: str) -> str:
    return element(name, _text(words), **facts, format=FORMATS[question.markup])


def _stem(words: str, question: ForeignQuestion) -> str:
    """Return the text of a question with the pictures that it shows beside it."""
    files = ""
    for picture in question.pictures:
        words = words.replace(f"](media/{quote(picture.name)})", f"]({foreign.PICTURE_AT}{quote(picture.name)})")
        files += element("file", b64encode(picture.data).decode(), name=picture.name, path="/", encoding="base64")
    return element("questiontext", _text(words) + files, format=FORMATS[question.markup])


def _answers(question: ForeignQuestion, *, marked: bool = True) -> list[str]:
    made = []
    for each in question.answers:
        feedback = _marked("feedback", each.feedback, question) if each.feedback else ""
        facts = {"fraction": f"{each.percent:.7g}"} | ({"format": FORMATS[question.markup]} if marked else {})
        made.append(element("answer", _text(each.text) + feedback, **facts))
    return made


def _choice(question: ForeignQuestion) -> tuple[str, list[str]]:
    single = element("single", "true" if question.kind == foreign.SINGLE else "false")
    shuffled = element("shuffleanswers", "true")
    return "multichoice", [single, shuffled, element("answernumbering", "abc"), *_answers(question)]


def _truth(question: ForeignQuestion) -> tuple[str, list[str]]:
    return "truefalse", _answers(question, marked=False)


def _short_text(question: ForeignQuestion) -> tuple[str, list[str]]:
    return "shortanswer", [element("usecase", "0"), *_answers(question, marked=False)]


def _numeric(question: ForeignQuestion) -> tuple[str, list[str]]:
    answers = [
        element(
            "answer", _text(each.text) + element("tolerance", f"{each.tolerance:.10g}"), fraction=f"{each.percent:.7g}"
        )
        for each in question.answers
    ]
    units = "".join(
        element("unit", element("multiplier", "1") + element("unit_name", text(unit))) for unit in question.units
    )
    return "numerical", [*answers, element("units", units) if units else ""]


def _matching(question: ForeignQuestion) -> tuple[str, list[str]]:
    pairs = [
        _marked("subquestion", each.text, question).replace(
            "</subquestion>", element("answer", _text(_plain(each.match, question))) + "</subquestion>"
        )
        for each in question.answers
    ]
    return "matching", [element("shuffleanswers", "true"), *pairs]


def _plain(words: str, question: ForeignQuestion) -> str:
    """Return a text of the question's markup as Moodle keeps what is matched and picked: without any."""
    if cutting.spans(words):
        inside = {name: _plain(each, question) for name, each in wording.by_language(words).items()}
        return wording.in_spans(inside)
    return wording.to_plain(words, question.markup, wording.Notes())


def _ordering(question: ForeignQuestion) -> tuple[str, list[str]]:
    steps = [
        element("answer", _text(each.text), fraction=f"{n}.0000000", format=FORMATS[question.markup])
        for n, each in enumerate(question.answers, 1)
    ]
    grading = "ALL_OR_NOTHING" if question.whole else "RELATIVE_NEXT_EXCLUDE_LAST"
    return "ordering", [
        element("layouttype", "VERTICAL"),
        element("selecttype", "ALL"),
        element("selectcount", "0"),
        element("gradingtype", grading),
        *steps,
    ]


def _cloze(question: ForeignQuestion) -> tuple[str, list[str]]:
    if not question.answers:
        return "multianswer", []
    words = [_plain(each.text, question) for each in question.answers]
    listed = [element("selectoption", _text(word) + element("group", "1")) for word in words]
    return "gapselect", [element("shuffleanswers", "1"), *listed]


def _with_places(question: ForeignQuestion) -> str:
    """Return a text whose gaps say in themselves what fits."""
    return GAP.sub(
        lambda found: place_of(answer.text for answer in question.gaps[int(found.group(1)) - 1]), question.stem
    )


def _with_numbers(question: ForeignQuestion) -> str:
    """Return a text whose gaps are the numbers of their words in the list, as a gapselect has them."""
    places = {answer.text: n for n, answer in enumerate(question.answers, 1)}
    return GAP.sub(lambda found: f"[[{places[question.gaps[int(found.group(1)) - 1][0].text]}]]", question.stem)


_KINDS: dict[str, Callable[[ForeignQuestion], tuple[str, list[str]]]] = {
    foreign.SINGLE: _choice,
    foreign.MULTIPLE: _choice,
    foreign.TRUE_FALSE: _truth,
    foreign.SHORT_TEXT: _short_text,
    foreign.NUMERIC: _numeric,
    foreign.MATCHING: _matching,
    foreign.ORDERING: _ordering,
    foreign.CLOZE: _cloze,
}
