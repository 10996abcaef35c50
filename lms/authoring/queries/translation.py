"""What the side-by-side page shows: the blocks of both languages, and what changed since they agreed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.authoring.models import DraftPart
from lms.authoring.queries.drafts import DraftView, PartView, live_draft
from lms.authoring.queries.writings import agreed_texts
from lms.authoring.rules.translation import OTHER, Agreement, Pair, agreement, is_behind
from lms.courses.rules.lesson_source import LessonSource


@dataclass(frozen=True)
class TranslationPage:
    """A draft in two columns; `to` is the language that is written."""

    view: DraftView
    to: str
    agreement: Agreement
    titles: dict[str, str]
    is_behind: bool

    @property
    def source(self) -> PartView:
        """Return the part that is translated from."""
        return self.view.parts[OTHER[self.to]]

    @property
    def target(self) -> PartView:
        """Return the part that is written."""
        return self.view.parts[self.to]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Return the blocks of both."""
        return self.agreement.pairs


def translation_page(session: Session, draft_id: int, to: str | None, reader: str) -> TranslationPage:
    """Return a draft side by side, into `to`, else into the language that is behind, else out of the reader's own."""
    view = live_draft(session, draft_id)
    against = {part: session.get_one(DraftPart, (draft_id, part)).against_version for part in OTHER}
    late = [language for language in OTHER if is_behind(view.parts[OTHER[language]].version, against[language])]
    to = to or (min(late, key=lambda each: view.parts[each].saved_at) if late else OTHER[reader])
    agreed = agreed_texts(session, [draft_id])
    texts = view.texts
    sources: dict[str, LessonSource] = view.reading().lesson.sources
    return TranslationPage(
        view=view,
        to=to,
        agreement=agreement(texts[OTHER[to]], texts[to], agreed.get((draft_id, OTHER[to]), "")),
        titles={language: source.title for language, source in sources.items()},
        is_behind=to in late,
    )
