"""What is read of courses: the library, a learner's path through it, a lesson, a map."""

from lms.courses.queries.lesson import (
    After,
    LessonPage,
    PointLine,
    after_lesson,
    lesson_page,
    lesson_text,
    points_of,
)
from lms.courses.queries.library import CoursePage, Library, course_page, library
from lms.courses.queries.maps import MapPage, course_map, lesson_map
from lms.courses.queries.media import lesson_medium
from lms.courses.queries.path import (
    CourseCard,
    LessonsDone,
    StageProgress,
    course_cards,
    course_lessons,
    lessons_done,
    lessons_done_of,
    next_lessons,
    path_lessons,
    path_progress,
)
from lms.courses.queries.programme import LearnerProgramme, StageLine, learner_programme
from lms.courses.queries.reach import (
    own_lesson,
    own_progress,
    own_study,
    place_of,
    readable_course,
    readable_lesson,
)

__all__ = [
    "After",
    "CourseCard",
    "CoursePage",
    "LearnerProgramme",
    "LessonPage",
    "LessonsDone",
    "Library",
    "MapPage",
    "PointLine",
    "StageLine",
    "StageProgress",
    "after_lesson",
    "course_cards",
    "course_lessons",
    "course_map",
    "course_page",
    "learner_programme",
    "lesson_map",
    "lesson_medium",
    "lesson_page",
    "lesson_text",
    "lessons_done",
    "lessons_done_of",
    "library",
    "next_lessons",
    "own_lesson",
    "own_progress",
    "own_study",
    "path_lessons",
    "path_progress",
    "place_of",
    "points_of",
    "readable_course",
    "readable_lesson",
]
