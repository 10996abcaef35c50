"""What changes the library: the import of a folder."""

from lms.content.actions.importing import import_library

__all__ = ["import_library"]
