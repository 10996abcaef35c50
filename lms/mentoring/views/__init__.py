"""What is answered about mentoring: apprentices and talks, observed calls, and who is whose mentor."""

from lms.mentoring.views import apprentices, assignments, observations
from lms.mentoring.views.routes import blueprint

__all__ = ["apprentices", "assignments", "blueprint", "observations"]
