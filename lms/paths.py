"""Finds what is shipped with the code: in the checkout beside `lms/`, in the wheel inside it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Return the folder `name` (templates, content) of the wheel or, in a checkout, of the repository."""
    inside = PACKAGE / "_bundled" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = bundled("templates")
CONTENT = bundled("content")
STATIC = PACKAGE / "static" / "dist"
MIGRATIONS = PACKAGE / "migrations"
FONTS = PACKAGE / "fonts"
