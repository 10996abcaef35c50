"""The reasons of actions and the report of an import, as the person who meets them reads them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.errors import LmsError

SENTENCES = {
    "too_large": _l("This file is larger than 1 MB. Nothing was taken in."),
    "too_many": _l("A map holds at most 5,000 nodes; this one has more. Nothing was changed."),
    "too_deep": _l("A map is at most 50 levels deep; this one is deeper. Nothing was changed."),
    "entities": _l(
        "This file brings definitions of its own (DOCTYPE, ENTITY). They can do harm, so it was not opened."
    ),
    "not_text": _l("The characters of this file cannot be read. Save it as UTF-8 and try again."),
    "broken": _l("This file is damaged: it ends too early or does not follow its own form. Nothing was taken in."),
    "no_map": _l("There is no map in this file. FreeMind (.mm), OPML and Markdown with headings or lists can be read."),
    "no_file": _l("Choose a file first."),
    "no_title": _l("Please give the map a name."),
    "no_outline": _l("Write at least one line that begins with “- ”."),
    "too_many_maps": _l("You have 200 maps. Delete one that you no longer need, then there is room."),
    "too_many_notes": _l("You have 2,000 notes. Empty one that you no longer need, then there is room."),
    "no_mentor": _l("You have no mentor yet. As soon as you have one, the map can be shared."),
    "conflict": _l("This map was saved somewhere else in the meantime. Both texts are here; nothing is lost."),
}


def losses(lines: Iterable[tuple[str, int, str]]) -> list[str]:
    """Return the sentences of an import's report; `lines` are kind, number and first example."""
    return [_loss(kind, number, example) for kind, number, example in lines]


def _loss(kind: str, num: int, example: str) -> str:
    said = {
        "links_dropped": ngettext(
            "%(num)s link was dropped: it does not lead to the web, a mail or a telephone.",
            "%(num)s links were dropped: they do not lead to the web, a mail or a telephone.",
            num,
        ),
        "icons": ngettext("%(num)s icon was left out.", "%(num)s icons were left out.", num),
        "images": ngettext("%(num)s picture was left out.", "%(num)s pictures were left out.", num),
        "formatting": ngettext(
            "%(num)s font, colour or cloud was left out.", "%(num)s fonts, colours or clouds were left out.", num
        ),
        "connections": ngettext(
            "%(num)s connection between nodes was left out.", "%(num)s connections between nodes were left out.", num
        ),
        "attributes": ngettext("%(num)s attribute was left out.", "%(num)s attributes were left out.", num),
        "encrypted": ngettext(
            "%(num)s encrypted node came in without what it hides.",
            "%(num)s encrypted nodes came in without what they hide.",
            num,
        ),
        "text_cut": ngettext(
            "%(num)s text was longer than 2,000 characters and was cut.",
            "%(num)s texts were longer than 2,000 characters and were cut.",
            num,
        ),
    }
    other = ngettext("%(num)s other thing was left out.", "%(num)s other things were left out.", num)
    sentence = str(said.get(kind, other))
    return f"{sentence} “{example}”" if example else sentence


def sentence(code: str | None) -> str:
    """Return the sentence for a reason, or nothing for one that has none."""
    return str(SENTENCES[code]) if code in SENTENCES else ""


@contextmanager
def in_words() -> Iterator[None]:
    """Give errors that pass through their sentence; they stay the errors they are."""
    try:
        yield
    except LmsError as error:
        error.text = error.text or sentence(error.code)
        raise
