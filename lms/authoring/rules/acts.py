"""What holds lessons and courses in their place: what builds on them, teaches by them or draws from them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

RETIRE, REVIVE, MOVE = "retire", "revive", "move"
FORMS, TERMS, CUT = "forms", "terms", "cut"  # of quizzes


@dataclass(frozen=True)
class Ties:
    """What other lessons, profiles, programmes and quizzes need, read once for many lessons.

    `needs` are the prerequisites of live lessons by course, `profiles` the (lessons, questions) of each point, `spare`
    how many questions a course can lose before a quiz has too few; `used` are the courses of stages and quizzes.
    """

    needs: tuple[tuple[int, Collection[str]], ...]
    profiles: tuple[tuple[Collection[str], Collection[str]], ...]
    spare: Mapping[int, int]
    used: Collection[int]

    def of_lesson(self, course_id: int, key: str, refs: Collection[str]) -> str | None:
        """Return why the lesson `key` (`course/lesson`) with the questions `refs` must stay, or None."""
        if any(key in needed for _, needed in self.needs):
            return "lesson_needed"
        if any(key in lessons or not set(refs).isdisjoint(asked) for lessons, asked in self.profiles):
            return "profile_needs_it"
        if refs and course_id in self.spare and len(refs) > self.spare[course_id]:
            return "quiz_needs_it"
        return None

    def of_course(self, course_id: int, keys: Collection[str]) -> str | None:
        """Return why the course with the lessons `keys` must stay, or None; its own lessons may need each other."""
        if course_id in self.used:
            return "course_in_use"
        if any(other != course_id and not set(keys).isdisjoint(needed) for other, needed in self.needs):
            return "lesson_needed"
        return None
