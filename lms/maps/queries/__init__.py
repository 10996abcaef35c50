"""What is read of maps: course maps with what is one's own, notes, own maps and those shared with a mentor."""

from lms.maps.queries.course_maps import CourseMap, course_map, lesson_map, note_page, readable_node
from lms.maps.queries.own_maps import (
    MapLine,
    MapSeen,
    deleted_map,
    own_map,
    own_maps,
    readable_map,
    shared_maps,
)

__all__ = [
    "CourseMap",
    "MapLine",
    "MapSeen",
    "course_map",
    "deleted_map",
    "lesson_map",
    "note_page",
    "own_map",
    "own_maps",
    "readable_map",
    "readable_node",
    "shared_maps",
]
