"""What is sent to the bank: a review, tags, an edit of many questions, a file to bring in, what to take out."""

from pathlib import PurePosixPath
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length

from lms.authoring.rules.banking import tags_of
from lms.authoring.words.bank import ACTS, KINDS, LEVELS, STATES
from lms.errors import Invalid
from lms.quizzes.queries.bank import LIVE, RETIRED, Wanted
from lms.web.forms import Form, choice, line, options, text

MOST_AT_ONCE = 200
NOTE = 1000


class ReviewForm(Form):
    """Approve a question or withhold it."""

    state = RadioField(
        _l("Review"),
        choices=options([("approved", _l("Approve: it may be drawn")), ("withheld", _l("Withhold: no quiz draws it"))]),
    )
    note = text(_l("Why"), most=NOTE, optional=False)


class TagsForm(Form):
    """The tags of one question."""

    tags = line(_l("Tags, parted by commas"), most=400, optional=True)

    def value(self) -> tuple[str, ...]:
        """Return the tags."""
        return tags_of(self.tags.data or "")


class BulkForm(Form):
    """One act for many questions; nothing is done before `sure`."""

    question = SelectMultipleField(coerce=int, validate_choice=False)
    act = choice(_l("What to do"), choices=options(ACTS.items()))
    tags = line(_l("Tags, parted by commas"), most=400, optional=True)
    level = SelectField(_l("Level"), choices=options(LEVELS.items()), default="1", validate_choice=False)
    competency = SelectField(_l("Competency"), validate_choice=False)  # each is needed by one act alone
    note = text(_l("Why"), most=NOTE)
    sure = BooleanField()

    def ids(self) -> list[int]:
        """Return the questions that were ticked; raises Invalid where there are none, or too many."""
        chosen = sorted({number for number in self.question.data or [] if 0 < number < 2**31})
        if not chosen or len(chosen) > MOST_AT_ONCE:
            raise Invalid(field="question")
        return chosen


class BankFileForm(Form):
    """A file of questions, the lesson it goes to, and the competency where the file names none."""

    file = FileField(_l("File with questions"))
    lesson = choice(_l("Lesson they go to"))
    competency = choice(_l("Competency, where the file names none"))

    def sent(self) -> tuple[str, bytes]:
        """Return the file's name and its bytes; raises Invalid where none was chosen."""
        found = self.file.data
        if not found or not found.filename:
            raise Invalid(field="file")
        return PurePosixPath(str(found.filename).replace("\\", "/")).name[:120], found.stream.read()


class TakenForm(Form):
    """Which questions of a file are taken, by their place in it."""

    place = SelectMultipleField(coerce=int, validate_choice=False)
    seal = line("seal", most=64, check=[InputRequired(), Length(max=64)])


def wanted(args: Any) -> Wanted:
    """Return what the query of an address asks of the bank; what makes no sense asks for nothing."""

    def told(name: str, most: int = 80) -> str:
        return str(args.get(name, "")).replace("\x00", "").strip()[:most]

    def number(name: str) -> int:
        given = args.get(name, type=int)
        return given if given is not None and 0 < given < 2**31 else 0

    level = number("level")
    retired = told("retired")
    return Wanted(
        course=told("course"),
        lesson=number("lesson") or None,
        competency=told("competency"),
        level=level if str(level) in LEVELS else None,
        kind=told("kind") if told("kind") in KINDS else "",
        tag=told("tag", 40),
        state=told("state") if told("state") in STATES else "",
        retired=retired if retired in (RETIRED, "all") else LIVE,
        untranslated=told("untranslated") == "1",
        never_drawn=told("never_drawn") == "1",
        words=told("q", 100),
        after=number("after"),
    )
