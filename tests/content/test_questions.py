"""Questions on disk and back: every kind, and the pictures and recordings they show."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.content import queries
from lms.content.actions import import_library
from lms.content.actions.importing import LibraryRefused
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.library import Library
from lms.content.rules.standard import check
from lms.courses.models import Lesson, LessonText
from lms.media.models import LessonMedia
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion
from lms.quizzes.rules.kinds import KINDS
from lms.settings import Settings
from lms.storage import Storage
from tests.content.shelf import Shelf
from tests.make import Make
from tests.media import samples

QUESTIONS = "basics/01-hello/questions.yaml"
MEDIA = "basics/01-hello/media"
FIRST = 'stem: {zh: "先说**什么**？", en: "What comes *first*?"}'
STEM = (
    'stem: {{zh: "看图：\\n\\n![{alt}](media/desk.png)\\n\\n[听](media/call.mp3)", '
    'en: "Look:\\n\\n![{alt}](media/desk.png)\\n\\n[Hear it](media/call.mp3)"}}'
)
HEARD = {"audio": "media/call.mp3"}


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage(Settings(data_dir=tmp_path / "data"))


def put(shelf: Shelf, name: str, data: bytes) -> None:
    file = shelf.root / MEDIA / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)


def add(shelf: Shelf, kind: str, **more: Any) -> None:
    """Add a question of a kind, as its kind gives it for an example."""
    row = {
        "id": f"k-{kind.replace('_', '-')}",
        "version": 1,
        "kind": kind,
        "competency": "b-greet",
        "level": 1,
        "stem": {"zh": f"题型 {kind}？", "en": f"Kind {kind}?"},
        **(KINDS[kind].example | ({"scorecard": "call"} if kind == "listen_score" else {}) | more),
        "explanation": {"zh": "因为。", "en": "Because."},
    }
    file = shelf.root / QUESTIONS
    file.write_text(file.read_text() + yaml.safe_dump([row], allow_unicode=True, sort_keys=False))


def told(shelf: Shelf) -> list[str]:
    return [f"{each.file}:{each.line}: {each.sentence()}" for each in check(read_library(shelf.root))]


def bring(session: Session, shelf: Shelf, store: Storage, now: datetime) -> Any:
    return import_library(session, read_library(shelf.root), actor="system", now=now, store=store)


def questions(library: Library) -> dict[str, Any]:
    return {each.ref: each for course in library.courses for lesson in course.lessons for each in lesson.questions}


def test_a_library_with_every_kind_comes_back_as_it_went_in(
    shelf: Shelf, session: Session, store: Storage, now: datetime, tmp_path: Path
) -> None:
    for kind in KINDS:
        add(shelf, kind)
    library = read_library(shelf.root)
    assert library.findings == ()
    bring(session, shelf, store, now)
    stored = queries.library(session)
    assert questions(stored) == questions(library)
    write_library(stored, tmp_path / "out", store)
    assert read_library(tmp_path / "out").courses == stored.courses
    assert not bring(session, shelf, store, now).changed


def test_a_word_mended_in_what_a_kind_asks_needs_no_new_version_but_a_new_key_does(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    add(shelf, "matching")
    bring(session, shelf, store, now)
    shelf.swap(QUESTIONS, "en: City", "en: The city")
    assert bring(session, shelf, store, now).changed
    shelf.swap(QUESTIONS, "answer: m90", "answer: h2")
    with pytest.raises(LibraryRefused) as refused:
        bring(session, shelf, store, now)
    assert "raise its version to 2" in refused.value.findings[0].sentence()


def test_what_is_to_be_ordered_is_never_shown_in_its_order_by_a_lesson(
    shelf: Shelf, session: Session, store: Storage, now: datetime
) -> None:
    for kind in ("ordering", "call_steps"):
        add(shelf, kind)
        for language in ("en", "zh"):
            shelf.swap(
                f"basics/01-hello/lesson.{language}.md",
                "::: check b-01-01\n:::\n",
                f"::: check b-01-01\n:::\n\n::: check k-{kind.replace('_', '-')}\n:::\n",
            )
    bring(session, shelf, store, now)
    checks = [
        piece["check"]
        for blocks in session.scalars(select(LessonText.blocks))
        for block in blocks
        for piece in block["pieces"]
        if "check" in piece and piece["check"]["ref"].startswith("k-")
    ]
    assert len(checks) == 4
    for each in checks:
        example = KINDS[each["kind"]].example
        written = [row["id"] for row in example.get("options") or example["steps"]]
        assert sorted(row["id"] for row in each["options"]) == sorted(written)
        assert [row["id"] for row in each["options"]] != written


class TestFiles:
    """Pictures and recordings that a question shows."""

    def furnished(self, shelf: Shelf, alt: str = "A desk") -> None:
        put(shelf, "desk.png", samples.picture("png"))
        put(shelf, "call.mp3", samples.mp3(100))
        shelf.swap(QUESTIONS, FIRST, STEM.format(alt=alt))
        add(shelf, "listen_score", **HEARD)

    def test_they_stand_in_the_stored_question(
        self, shelf: Shelf, session: Session, store: Storage, now: datetime
    ) -> None:
        self.furnished(shelf)
        assert told(shelf) == []
        bring(session, shelf, store, now)
        version, lesson_id = session.execute(
            select(QuestionVersion, Question.lesson_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.ref == "b-01-01")
        ).one()
        base = f"/lessons/{lesson_id}/media"
        assert f'<img src="{base}/desk.png" alt="A desk" width="40" height="20"' in version.stem["en"]
        assert f'<audio controls preload="none" src="{base}/call.mp3"' in version.stem["zh"]
        assert not bring(session, shelf, store, now).changed

    def test_a_changed_picture_mends_the_question(
        self, shelf: Shelf, session: Session, store: Storage, now: datetime
    ) -> None:
        self.furnished(shelf)
        bring(session, shelf, store, now)
        put(shelf, "desk.png", samples.picture("png", (30, 30)))
        bring(session, shelf, store, now)
        stems = session.scalars(
            select(QuestionVersion.stem).where(QuestionVersion.question_id == Question.id, Question.ref == "b-01-01")
        ).all()
        assert ['width="30"' in stem["en"] for stem in stems] == [True]

    def test_what_is_missing_is_told_by_line(self, shelf: Shelf) -> None:
        self.furnished(shelf, alt="")
        (shelf.root / MEDIA / "call.mp3").unlink()
        shelf.swap(QUESTIONS, "en: Your name comes first.", 'en: "![x](media/desk.png)"')
        lines = (shelf.root / QUESTIONS).read_text().splitlines()
        audio = next(n for n, line in enumerate(lines, 1) if line.strip().startswith("audio:"))
        found = told(shelf)
        assert f"{QUESTIONS}:7: Dead link: media/call.mp3" in found
        assert f"{QUESTIONS}:{audio}: Dead link: media/call.mp3" in found
        assert any(each.startswith(f"{QUESTIONS}:7: Say in the brackets") for each in found)
        assert f"{QUESTIONS}:11: Pictures and recordings stand in the question, not in its explanation." in found
        assert len(found) == 4

    def test_a_scorecard_is_one_of_the_library(self, shelf: Shelf) -> None:
        add(shelf, "listen_score", scorecard="none")
        found = [each for each in told(shelf) if "scorecard" in each]
        assert [each.split(": ", 1)[1] for each in found] == ["There is no scorecard “none”."]

    def test_pictures_come_from_the_lesson(self, shelf: Shelf) -> None:
        shelf.swap(QUESTIONS, "What comes *first*?", "See ![x](https://example.org/x.png) and [y](https://a.example)")
        assert told(shelf) == [f"{QUESTIONS}:7: Dead link: https://example.org/x.png"]

    @pytest.fixture
    def asked(
        self, shelf: Shelf, session: Session, store: Storage, now: datetime, make: Make
    ) -> tuple[Person, Person, int]:
        """Return somebody who was asked both questions, somebody who was not, and the lesson."""
        self.furnished(shelf)
        for language in ("en", "zh"):
            shelf.swap(f"basics/01-hello/lesson.{language}.md", "::: check b-01-01\n:::\n", "")
        bring(session, shelf, store, now)
        learner, stranger = make.learner(), make.learner()
        quiz = make.quiz()
        attempt = make.add(
            Attempt(
                quiz_id=quiz.id,
                learner_id=learner.id,
                number=1,
                seed=1,
                lease="a" * 32,
                started_at=now,
                deadline=now.replace(hour=23),
                grace_seconds=60,
                pass_percent=80,
                max_score=2.0,
            )
        )
        for position, ref in enumerate(("b-01-01", "k-listen-score"), 1):
            version = session.scalars(
                select(QuestionVersion)
                .join(Question, Question.id == QuestionVersion.question_id)
                .where(Question.ref == ref)
            ).one()
            order = [option["id"] for option in version.options]
            make.add(
                AttemptQuestion(attempt_id=attempt.id, position=position, version_id=version.id, option_order=order)
            )
        lesson_id = session.scalars(select(Lesson.id).where(Lesson.slug == "01-hello")).one()
        session.commit()
        return learner, stranger, lesson_id

    @pytest.mark.parametrize("name", ["desk.png", "call.mp3"])
    def test_who_is_asked_may_fetch_them_and_nobody_else(
        self, asked: tuple[Person, Person, int], client_of: Callable[[Person], FlaskClient], name: str
    ) -> None:
        learner, stranger, lesson_id = asked
        url = f"/lessons/{lesson_id}/media/{name}"
        assert client_of(learner).get(url).status_code == 302
        assert client_of(stranger).get(url).status_code == 404
        assert client_of(learner).get(f"/lessons/{lesson_id}/media/none.png").status_code == 404

    @pytest.mark.usefixtures("asked")
    def test_a_file_that_a_question_shows_is_not_taken_away(
        self, client_of: Callable[[Person], FlaskClient], make: Make, session: Session
    ) -> None:
        trainer = client_of(make.person("trainer"))
        gone = trainer.delete("/api/v1/courses/basics/lessons/01-hello/media/desk.png")
        assert gone.status_code == 409
        assert session.scalars(select(LessonMedia.name).order_by(LessonMedia.name)).all() == ["call.mp3", "desk.png"]

    def test_the_page_plays_the_call_beside_its_words(
        self, asked: tuple[Person, Person, int], client_of: Callable[[Person], FlaskClient], session: Session
    ) -> None:
        learner, _stranger, lesson_id = asked
        attempt = session.scalars(select(Attempt.id)).one()
        client = client_of(learner)
        page = client.get(f"/attempts/{attempt}/questions/2").text
        assert f'src="/lessons/{lesson_id}/media/call.mp3"' in page
        assert "Hello, I have a question about my bill." in page
