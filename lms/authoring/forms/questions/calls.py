"""What the form of a call to score offers: the lesson's recordings, scorecards and their criteria, who speaks."""

from typing import Any

from flask_babel import gettext as _

from lms.authoring.forms.questions.rows import ROWS, SPEAKERS
from lms.authoring.queries.questions import QuestionPage
from lms.web.filters import local
from lms.web.forms import options

TURNS, CRITERIA = ROWS["listen_score"]


def offer(form: Any, page: QuestionPage) -> None:
    """Fill in the choices of `form`; what the question has already stays among them."""
    body = page.question.body if page.question else {}
    sounds = [("", _("None: the words alone"))] + [(f"media/{name}", name) for name in page.sounds]
    cards = [("", _("None"))] + [(card.slug, local(card)) for card in page.scorecards]
    for name, known in (("audio", sounds), ("scorecard", cards)):
        present = str(body.get(name, ""))
        form[name].choices = options(known if present in dict(known) else [*known, (present, present)])
    others = sorted({str(turn["speaker"]) for turn in body.get("turns", ())} - dict(SPEAKERS).keys())
    for n in range(TURNS.most):
        form[TURNS.field(n, "speaker")].choices = options([*SPEAKERS, *((each, each) for each in others)])
    taken = [("", _("None: my own words"))] + [
        (f"{card.slug}/{each.slug}", f"{local(card)} · {local(each)}"[:90])
        for card in page.scorecards
        for each in card.criteria
    ]
    for n in range(CRITERIA.most):
        form[CRITERIA.field(n, "take")].choices = options(taken)


def take(form: Any, page: QuestionPage) -> None:
    """Fill in the words of criteria that are to be taken from a scorecard, in rows where nothing was written."""
    known = {f"{card.slug}/{each.slug}": each for card in page.scorecards for each in card.criteria}
    for n in range(CRITERIA.most):
        each = known.get(form[CRITERIA.field(n, "take")].data or "")
        if each is None or any(form[CRITERIA.field(n, name)].data for name in _WORDS):
            continue
        told = {"title_": {"zh": each.title_zh, "en": each.title_en}}
        told |= {"fail_": each.anchors.get("0", {}), "pass_": each.anchors.get("3", {})}
        for name in _WORDS:
            form[CRITERIA.field(n, name)].data = str(told[name[:-2]].get(name[-2:], ""))
        form[CRITERIA.field(n, "critical")].data = each.critical


_WORDS = tuple(name for column in CRITERIA.texts for name in column.fields)
