"""Where the files of published lessons are found."""


def media_base(lesson_id: int) -> str:
    """Return what the names of a published lesson's files are put behind; stored HTML speaks of the lesson alone."""
    return f"/lessons/{lesson_id}/media/"
