"""What changes the library: the import of a folder."""

from lms.content.actions.importing import LibraryRefused, import_library, preview_library

__all__ = ["LibraryRefused", "import_library", "preview_library"]
