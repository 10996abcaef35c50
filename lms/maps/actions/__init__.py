"""What changes of maps: notes at nodes, own maps, the placing of a blank map."""

from lms.maps.actions.notes import set_note
from lms.maps.actions.own_maps import (
    Saved,
    create_map,
    delete_map,
    import_map,
    restore_map,
    save_map,
    share_map,
    unshare_map,
)
from lms.maps.actions.placing import Graded, grade_blank

__all__ = [
    "Graded",
    "Saved",
    "create_map",
    "delete_map",
    "grade_blank",
    "import_map",
    "restore_map",
    "save_map",
    "set_note",
    "share_map",
    "unshare_map",
]
