"""What can be referred to in a library, by name."""

from dataclasses import dataclass, field

from lms.content.rules.library import Library, Question


@dataclass(frozen=True)
class Names:
    """Everything that has a name that another file may use."""

    courses: frozenset[str]
    lessons: frozenset[str]  # course/lesson
    questions: dict[str, Question]
    questions_of: dict[str, int]  # how many a course has
    competencies: frozenset[str]
    profiles: frozenset[str]
    scorecards: frozenset[str]
    gates: frozenset[str]
    asked: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)  # competency and level, by course


def names_of(library: Library) -> Names:
    """Return the names of `library`."""
    lessons = [(course, lesson) for course in library.courses for lesson in course.lessons]
    return Names(
        courses=frozenset(course.slug for course in library.courses),
        lessons=frozenset(f"{course.slug}/{lesson.slug}" for course, lesson in lessons),
        questions={question.ref: question for _, lesson in lessons for question in lesson.questions},
        questions_of={c.slug: sum(len(lesson.questions) for lesson in c.lessons) for c in library.courses},
        competencies=frozenset(point.slug for profile in library.profiles for point in profile.points),
        asked={
            course.slug: tuple((each.competency, each.level) for lesson in course.lessons for each in lesson.questions)
            for course in library.courses
        },
        profiles=frozenset(profile.slug for profile in library.profiles),
        scorecards=frozenset(card.slug for card in library.scorecards),
        gates=frozenset(gate.slug for programme in library.programmes for gate in programme.gates),
    )
