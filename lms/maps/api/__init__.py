"""Maps for machines and for our own elements."""

from lms.maps.api import own
from lms.maps.api.routes import api

__all__ = ["api", "own"]
