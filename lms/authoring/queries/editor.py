"""What the page shows that a lesson is written on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.queries.drafts import DraftView, PartView, album_of, findings, live_draft
from lms.authoring.queries.history import Entry, history, text_named
from lms.authoring.queries.preview import Preview, preview, taken
from lms.authoring.rules import diff
from lms.authoring.rules.drafts import LANGUAGES
from lms.authoring.rules.fixes import Fix, fix
from lms.authoring.texts import file_of
from lms.content.rules.lessons import MOST_POINTS
from lms.content.rules.library import Question
from lms.courses.models import Course
from lms.courses.rules.findings import Finding, errors
from lms.errors import NotFound


@dataclass(frozen=True)
class Counts:
    """What stands above the text: minutes and points (None beside the questions), what to mend and to think over."""

    minutes: int | None
    points: int | None
    questions: int
    mend: int
    think: int
    elsewhere: int  # to mend in the other parts
    most_points: int = MOST_POINTS


@dataclass(frozen=True)
class Checked:
    """A part as it was checked: its findings by line, its counts, what it looks like."""

    part: str
    findings: tuple[Finding, ...]
    counts: Counts
    preview: Preview | None
    questions: tuple[Question, ...]
    sound: bool  # whether the questions can be read

    @property
    def lints(self) -> tuple[tuple[Finding, Fix | None], ...]:
        """Return each finding with what is offered to mend it."""
        return tuple((finding, fix(finding)) for finding in self.findings)


@dataclass(frozen=True)
class EditorPage:
    """A draft with one part open; `as_text`: the questions as YAML."""

    view: DraftView
    present: PartView
    checked: Checked
    as_text: bool
    titles: dict[str, str]

    @property
    def part(self) -> str:
        """Return the name of the open part."""
        return self.present.part

    @property
    def writes(self) -> bool:
        """Say whether a text is written here, not a list of questions."""
        return self.part in LANGUAGES or self.as_text or not self.checked.sound


def editor_page(session: Session, draft_id: int, part: str, *, as_text: bool) -> EditorPage:
    """Return a draft with `part` open; raises NotFound."""
    view = live_draft(session, draft_id)
    reading = view.reading()
    titles = {language: source.title for language, source in reading.lesson.sources.items()}
    return EditorPage(view, view.parts[part], checked(session, view, part), as_text, titles)


def checked(session: Session, view: DraftView, part: str) -> Checked:
    """Return the findings, counts and preview of one part of a draft."""
    reading = view.reading()
    album = album_of(session, view.folder)
    found = findings(session, view, reading, album)
    own = tuple(each for each in found if each.file == file_of(view.folder, part))
    mend = len(errors(own))
    source = reading.lesson.sources.get(part)
    counts = Counts(
        minutes=taken(source, album.seconds) if source else None,
        points=len(source.points) if source else None,
        questions=len(reading.lesson.questions),
        mend=mend,
        think=len(own) - mend,
        elsewhere=len(errors(found)) - mend,
    )
    return Checked(
        part,
        own,
        counts,
        preview(reading.lesson, part, album) if source else None,
        reading.lesson.questions,
        not any(each.file.endswith("questions.yaml") for each in errors(reading.findings)),
    )


def live_course(session: Session, slug: str) -> Course:
    """Return a course that is not retired; raise NotFound."""
    course = session.scalar(select(Course).where(Course.slug == slug, Course.retired_at.is_(None)))
    if course is None:
        raise NotFound
    return course


@dataclass(frozen=True)
class RevisionsPage:
    """Every text of a part, and how two of them differ (`old` is empty where none were chosen)."""

    view: DraftView
    part: str
    entries: tuple[Entry, ...]
    old: str
    new: str
    rows: tuple[diff.Row, ...]

    @property
    def version(self) -> int:
        """Return the version that is present now."""
        return self.view.parts[self.part].version


def revisions_page(session: Session, draft_id: int, part: str, old: str, new: str) -> RevisionsPage:
    """Return the history of a part and the difference from `old` to `new`; raises NotFound."""
    view = live_draft(session, draft_id)
    rows: tuple[diff.Row, ...] = ()
    if old:
        rows = diff.rows(text_named(session, view, part, old), text_named(session, view, part, new))
    return RevisionsPage(view, part, history(session, view, part), old, new, rows)
