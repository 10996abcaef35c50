"""What is read of writing: drafts, their history, what stands around them."""

from lms.authoring.queries.drafts import live_draft
from lms.authoring.queries.editor import checked, editor_page, live_course, revisions_page
from lms.authoring.queries.questions import question_page

__all__ = ["checked", "editor_page", "live_course", "live_draft", "question_page", "revisions_page"]
