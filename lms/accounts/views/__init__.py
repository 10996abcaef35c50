"""What is answered about people: the door (signing in and out), people with their roles, classes and teams."""

from lms.accounts.views import classes, door, people
from lms.accounts.views.routes import blueprint

__all__ = ["blueprint", "classes", "door", "people"]
