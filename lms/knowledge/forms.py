"""What is sent about the manual, the glossary and misses: each gives one frozen value."""

import re
from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Regexp
from wtforms.widgets import HiddenInput

from lms.knowledge.rules.glossary import LONGEST_TERM, LONGEST_TEXT, MOST_SPELLINGS, Term
from lms.knowledge.rules.manual import LONGEST_BODY, LONGEST_TITLE, Page
from lms.knowledge.rules.words import LONGEST_QUESTION
from lms.web.forms import Form, StopValidation, choice, day, line, options, required, text

SLUG = re.compile(r"^(?!new$)[a-z0-9]+(?:-[a-z0-9]+)*$")
LARGEST = 2**31 - 1
KIND_NAMES = {"method": _l("Method"), "flow": _l("Flow"), "question": _l("Hard question")}


def _slug() -> StringField:
    shape = Regexp(SLUG, message=_l("Lower-case Latin letters, digits and hyphens, please; “new” is taken."))
    return line(_l("Address"), most=80, check=[shape])


def _number() -> IntegerField:
    return IntegerField(widget=HiddenInput(), default=0, validators=[NumberRange(0, LARGEST)])


class PageForm(Form):
    """A page of the manual in both languages."""

    slug = _slug()
    kind = RadioField(_l("What is it?"), choices=options(KIND_NAMES.items()), validators=required(), default="method")
    posts = SelectMultipleField(_l("For which posts? None: for all"), validators=[Length(max=20)])
    owner = line(_l("Who answers for it"))
    review_by = day(_l("To be read again by"))
    title_zh = line(_l("Title in Chinese"), most=LONGEST_TITLE)
    title_en = line(_l("Title in English"), most=LONGEST_TITLE)
    body_zh = text(_l("Text in Chinese"), most=LONGEST_BODY, optional=False)
    body_en = text(_l("Text in English"), most=LONGEST_BODY, optional=False)
    based_on = _number()

    def offer_posts(self, posts: Iterable[tuple[str, str]]) -> None:
        """Offer posts as (slug, name)."""
        self.posts.choices = options(posts)

    def value(self) -> Page:
        """Return the page; line ends are plain."""
        return Page(
            slug=self.slug.data or "",
            kind=self.kind.data or "",
            posts=tuple(self.posts.data or ()),
            owner=self.owner.data or "",
            review_by=self.review_by.data or date.min,
            title_zh=self.title_zh.data or "",
            title_en=self.title_en.data or "",
            body_zh=plain_lines(self.body_zh.data),
            body_en=plain_lines(self.body_en.data),
        )


def plain_lines(said: str | None) -> str:
    """Return a text of a form with plain line ends and one at its end."""
    return (said or "").replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


class TermForm(Form):
    """A term of the glossary."""

    slug = _slug()
    term_zh = line(_l("Term in Chinese"), most=LONGEST_TERM)
    term_en = line(_l("Term in English"), most=LONGEST_TERM)
    also = text(_l("Other spellings, one a line"), most=1000)
    text_zh = text(_l("Meaning in Chinese"), most=LONGEST_TEXT, optional=False)
    text_en = text(_l("Meaning in English"), most=LONGEST_TEXT, optional=False)
    version = _number()

    def validate_also(self, _field: StringField) -> None:
        """Refuse what a glossary cannot hold."""
        ways = self._ways()
        if len(ways) > MOST_SPELLINGS or any(len(way) > LONGEST_TERM for way in ways):
            raise StopValidation(
                _l("At most %(most)s spellings of %(long)s characters.", most=MOST_SPELLINGS, long=LONGEST_TERM)
            )

    def _ways(self) -> list[str]:
        return [way.strip() for way in (self.also.data or "").splitlines() if way.strip()]

    def value(self) -> Term:
        """Return the term."""
        return Term(
            slug=self.slug.data or "",
            term_zh=self.term_zh.data or "",
            term_en=self.term_en.data or "",
            also=tuple(dict.fromkeys(self._ways())),
            text_zh=" ".join((self.text_zh.data or "").split()),
            text_en=" ".join((self.text_en.data or "").split()),
        )


class MissForm(Form):
    """A search without result."""

    q = HiddenField(validators=[*required(), Length(max=LONGEST_QUESTION)])

    def value(self) -> str:
        """Return what was searched."""
        return str(self.q.data)


class AnsweredForm(Form):
    """The page that answers a miss."""

    slug = choice(_l("Answered by"))

    def offer_pages(self, pages: Iterable[tuple[str, str]]) -> None:
        """Offer pages as (slug, title)."""
        self.slug.choices = options(pages)

    def value(self) -> str:
        """Return the page's address."""
        return str(self.slug.data)
