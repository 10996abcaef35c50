"""What is answered about maps: maps of courses and lessons, blank maps, notes, own maps, files."""

from lms.maps.views import blank, course_maps, own_maps, sharing
from lms.maps.views.routes import blueprint

__all__ = ["blank", "blueprint", "course_maps", "own_maps", "sharing"]
