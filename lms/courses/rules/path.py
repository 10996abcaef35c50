"""What is true of the lessons of a programme in their order: which may be opened next, which wait for another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PathLesson:
    """One lesson of a learner's path with their own state."""

    id: int
    course_id: int
    course_slug: str
    slug: str
    title_zh: str
    title_en: str
    minutes: int
    point_count: int
    block_count: int
    prerequisites: tuple[str, ...] = ()
    stage_id: int | None = None
    begun: bool = False
    furthest: int = 0
    done_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the name by which prerequisites call it: `course/NN-lesson`."""
        return f"{self.course_slug}/{self.slug}"

    @property
    def done(self) -> bool:
        """Say whether it is finished."""
        return self.done_at is not None

    @property
    def percent(self) -> int:
        """Return how much of it is read, 0 to 100."""
        if self.done:
            return 100
        return 100 * min(self.furthest + 1, self.block_count) // max(self.block_count, 1) if self.begun else 0


def waits_for(path: Sequence[PathLesson], lesson: PathLesson) -> list[PathLesson]:
    """Return the lessons that must be finished before `lesson`; what is not on the path is not asked for."""
    return [other for other in path if other.key in lesson.prerequisites and not other.done]


def ready(path: Sequence[PathLesson]) -> list[PathLesson]:
    """Return, in the order of the path, the lessons not finished whose prerequisites are."""
    open_keys = {lesson.key for lesson in path if not lesson.done}
    return [lesson for lesson in path if not lesson.done and open_keys.isdisjoint(lesson.prerequisites)]


def following(path: Sequence[PathLesson], lesson_id: int) -> PathLesson | None:
    """Return what to open once `lesson_id` is finished: the next lesson after it that is ready, else the first."""
    left = [lesson for lesson in path if lesson.id != lesson_id]
    here = next((n for n, lesson in enumerate(path) if lesson.id == lesson_id), 0)
    able = ready(left)
    after = {lesson.id for lesson in path[here:]}
    return next((lesson for lesson in able if lesson.id in after), able[0] if able else None)
