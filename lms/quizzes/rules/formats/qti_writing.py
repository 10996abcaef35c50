"""Writes a QTI 2.1 package: a file for each item and the manifest that lists them, with level and tags as keywords."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lms.quizzes.rules.formats import cutting, foreign, showing, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion
from lms.quizzes.rules.formats.xmlwriting import DECLARATION, element, text

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
LOM = "http://www.imsglobal.org/xsd/imsmd_v1p2"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
GAP = re.compile(r"\[\[(\d{1,2})\]\]")
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]{0,120}", re.ASCII)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
RESPONSE = "RESPONSE"


@dataclass(frozen=True)
class _Asked:
    """The parts of an item that its kind makes: declarations, what stands in its body, how it is marked."""

    declared: str
    body: str
    processing: str


def write_qti(questions: Iterable[ForeignQuestion]) -> dict[str, str]:
    """Return the files of a package by name."""
    files: dict[str, str] = {}
    resources = []
    for n, question in enumerate(questions, 1):
        name = question.ref if IDENTIFIER.fullmatch(question.ref) else f"item-{n}"
        path = f"items/{n:04}.xml"
        files[path] = _item(question, name)
        resources.append(_resource(question, f"r{n:04}", path))
    manifest = element(
        "manifest",
        element("organizations") + element("resources", "\n" + "\n".join(resources) + "\n"),
        identifier="question-bank",
        xmlns=CP,
        **{"xmlns:imsmd": LOM},
    )
    return {"imsmanifest.xml": f"{DECLARATION}{manifest}\n", **files}


def _resource(question: ForeignQuestion, name: str, path: str) -> str:
    words = "".join(
        element("imsmd:keyword", element("imsmd:langstring", text(tag), **{"xml:lang": "x-none"}))
        for tag in question.tags
    )
    about = element("metadata", element("imsmd:lom", element("imsmd:general", words))) if words else ""
    file = element("file", href=path)
    return element("resource", about + file, identifier=name, type="imsqti_item_xmlv2p1", href=path)


def _item(question: ForeignQuestion, name: str) -> str:
    asked = _KINDS[question.kind](question)
    outcome = element("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    told = ""
    if question.feedback:
        default = element("defaultValue", element("value", "explanation"))
        outcome += element(
            "outcomeDeclaration", default, identifier="FEEDBACK", cardinality="single", baseType="identifier"
        )
        told = element(
            "modalFeedback",
            _block(question.feedback, question.markup),
            outcomeIdentifier="FEEDBACK",
            identifier="explanation",
            showHide="show",
        )
    inside = "\n".join([asked.declared, outcome, element("itemBody", asked.body), asked.processing, told])
    item = element(
        "assessmentItem",
        f"\n{inside}\n",
        xmlns=QTI,
        identifier=name,
        title=question.title or name,
        adaptive="false",
        timeDependent="false",
    )
    return f"{DECLARATION}{item}\n"


def _block(words: str, markup: str) -> str:
    """Return a text as blocks of HTML; one in several languages has a <div> for each."""
    return _in_languages(words, markup, "div", _html_block)


def _inline(words: str, markup: str) -> str:
    """Return a short text; one in several languages has a <span> for each."""
    return _in_languages(words, markup, "span", lambda each, form: text(wording.to_plain(each, form, wording.Notes())))


def _in_languages(words: str, markup: str, tag: str, write: Callable[[str, str], str]) -> str:
    if not cutting.spans(words):
        return write(words, markup)
    return "".join(
        element(tag, write(each, markup), **{"class": "multilang", "xml:lang": name})
        for name, each in wording.by_language(words).items()
    )


def _html_block(words: str, markup: str) -> str:
    made = showing.to_html(words if markup == wording.MARKDOWN else wording.to_markdown(words, markup, wording.Notes()))
    return made if made.startswith(("<p>", "<ul>", "<ol>")) else f"<p>{made}</p>"


def _declare(
    values: Iterable[str], base: str, cardinality: str, worths: Sequence[tuple[str, float]] = (), name: str = RESPONSE
) -> str:
    right = element("correctResponse", "".join(element("value", text(value)) for value in values))
    mapped = "".join(element("mapEntry", mapKey=key, mappedValue=f"{worth:.7g}") for key, worth in worths)
    mapping = element("mapping", mapped, lowerBound="0", upperBound="1", defaultValue="0") if mapped else ""
    return element("responseDeclaration", right + mapping, identifier=name, cardinality=cardinality, baseType=base)


def _template(*, whole: bool) -> str:
    return element("responseProcessing", template=f"{TEMPLATES}/{'match_correct' if whole else 'map_response'}")


def _interaction(name: str, question: ForeignQuestion, inside: str, **facts: str | int) -> str:
    made = element(name, inside, responseIdentifier=RESPONSE, **facts)
    return _block(question.stem, question.markup) + made


def _choice(question: ForeignQuestion) -> _Asked:
    single = question.kind == foreign.SINGLE
    right = [n for n, answer in enumerate(question.answers) if answer.percent > 0]
    share = 1 / max(len(right), 1)
    worths = [(LETTERS[n], share if n in right else -share) for n in range(len(question.answers))]
    declared = _declare(
        (LETTERS[n] for n in right),
        "identifier",
        "single" if single else "multiple",
        () if single or question.whole else worths,
    )
    choices = "".join(
        element("simpleChoice", _inline(each.text, question.markup), identifier=LETTERS[n])
        for n, each in enumerate(question.answers)
    )
    body = _interaction("choiceInteraction", question, choices, shuffle="true", maxChoices=1 if single else 0)
    return _Asked(declared, body, _template(whole=single or question.whole))


def _hot_list(question: ForeignQuestion) -> _Asked:
    names = LETTERS[: len(question.answers)]
    right = [name for name, each in zip(names, question.answers, strict=True) if each.percent > 0]
    worths = () if question.whole else [(n, (1 if n in right else -1) / len(right)) for n in names]
    lines = "".join(
        element("p", element("hottext", _inline(each.text, question.markup), identifier=name))
        for name, each in zip(names, question.answers, strict=True)
    )
    body = _interaction("hottextInteraction", question, lines, maxChoices=0)
    return _Asked(_declare(right, "identifier", "multiple", worths), body, _template(whole=question.whole))


def _truth(question: ForeignQuestion) -> _Asked:
    right = "true" if question.answers[0].percent > 0 else "false"
    choices = "".join(element("simpleChoice", each.capitalize(), identifier=each) for each in ("true", "false"))
    body = _interaction("choiceInteraction", question, choices, shuffle="false", maxChoices=1)
    return _Asked(_declare([right], "identifier", "single"), body, _template(whole=True))


def _typed(question: ForeignQuestion) -> _Asked:
    forms = [_form(answer) for answer in question.answers]
    declared = _declare(forms[:1], "string", "single", [(form, 1.0) for form in forms])
    return _Asked(declared, _entry(question), _template(whole=False))


def _form(answer: ForeignAnswer) -> str:
    return answer.text.replace("\\*", "*")


def _entry(question: ForeignQuestion) -> str:
    blank = element("textEntryInteraction", responseIdentifier=RESPONSE, expectedLength=20)
    return _block(question.stem, question.markup) + element("p", blank)


def _numeric(question: ForeignQuestion) -> _Asked:
    answer = question.answers[0]
    spread = f"{answer.tolerance:.10g}"
    compared = element("variable", identifier=RESPONSE) + element("correct", identifier=RESPONSE)
    equal = element("equal", compared, toleranceMode="absolute", tolerance=f"{spread} {spread}")
    return _Asked(_declare([answer.text], "float", "single"), _entry(question), _condition(equal))


def _condition(asked: str) -> str:
    won = element("setOutcomeValue", element("baseValue", "1", baseType="float"), identifier="SCORE")
    return element("responseProcessing", element("responseCondition", element("responseIf", asked + won)))


def _matching(question: ForeignQuestion) -> _Asked:
    matches = list(dict.fromkeys(answer.match for answer in question.answers))
    prompts = [answer for answer in question.answers if answer.text]
    pairs = [f"p{n} {LETTERS[matches.index(answer.match)]}" for n, answer in enumerate(prompts, 1)]
    worths = () if question.whole else [(pair, 1 / len(pairs)) for pair in pairs]
    left = "".join(
        element("simpleAssociableChoice", _inline(each.text, question.markup), identifier=f"p{n}", matchMax=1)
        for n, each in enumerate(prompts, 1)
    )
    right = "".join(
        element("simpleAssociableChoice", _inline(each, question.markup), identifier=LETTERS[n], matchMax=len(prompts))
        for n, each in enumerate(matches)
    )
    sets = element("simpleMatchSet", left) + element("simpleMatchSet", right)
    body = _interaction("matchInteraction", question, sets, shuffle="true", maxAssociations=len(prompts))
    return _Asked(_declare(pairs, "directedPair", "multiple", worths), body, _template(whole=question.whole))


def _ordering(question: ForeignQuestion) -> _Asked:
    steps = "".join(
        element("simpleChoice", _inline(each.text, question.markup), identifier=LETTERS[n])
        for n, each in enumerate(question.answers)
    )
    declared = _declare(LETTERS[: len(question.answers)], "identifier", "ordered")
    return _Asked(declared, _interaction("orderInteraction", question, steps, shuffle="true"), _template(whole=True))


def _cloze(question: ForeignQuestion) -> _Asked:
    names = [f"{RESPONSE}_{n}" for n in range(1, len(question.gaps) + 1)]
    words = [answer.text for answer in question.answers]
    declared, blanks = [], []
    for name, gap in zip(names, question.gaps, strict=True):
        if words:
            right = LETTERS[words.index(gap[0].text)]
            choices = "".join(
                element("inlineChoice", _inline(word, question.markup), identifier=LETTERS[n])
                for n, word in enumerate(words)
            )
            declared.append(_declare([right], "identifier", "single", [(right, 1.0)], name))
            blanks.append(element("inlineChoiceInteraction", choices, responseIdentifier=name, shuffle="false"))
        else:
            forms = [_form(answer) for answer in gap]
            declared.append(_declare(forms[:1], "string", "single", [(form, 1.0) for form in forms], name))
            blanks.append(element("textEntryInteraction", responseIdentifier=name, expectedLength=20, format="cloze"))
    body = GAP.sub(lambda found: blanks[int(found.group(1)) - 1], _block(question.stem, question.markup))
    return _Asked("\n".join(declared), body, _of_gaps(names, whole=question.whole))


def _of_gaps(names: Sequence[str], *, whole: bool) -> str:
    """Return how gaps are marked: all or nothing, or a share for each."""
    if whole:
        each = (element("match", element("variable", identifier=n) + element("correct", identifier=n)) for n in names)
        return _condition(element("and", "".join(each)))
    total = element("sum", "".join(element("mapResponse", identifier=name) for name in names))
    count = element("baseValue", str(len(names)), baseType="float")
    return element(
        "responseProcessing", element("setOutcomeValue", element("divide", total + count), identifier="SCORE")
    )


_KINDS: dict[str, Callable[[ForeignQuestion], _Asked]] = {
    foreign.SINGLE: _choice,
    foreign.MULTIPLE: _choice,
    foreign.TRUE_FALSE: _truth,
    foreign.HOT_LIST: _hot_list,
    foreign.SHORT_TEXT: _typed,
    foreign.NUMERIC: _numeric,
    foreign.MATCHING: _matching,
    foreign.ORDERING: _ordering,
    foreign.CLOZE: _cloze,
}
