"""What is answered about drafts: the page one writes on, its questions, what it ever was."""

from lms.authoring.views.editor import history, questions, writing
from lms.authoring.views.editor.routes import blueprint

__all__ = ["blueprint", "history", "questions", "writing"]
