# ruff: noqa: E501  # names are sentences and tables have one case a line
"""Import into the database: complete, repeatable, versioned, never deleting; and export, which is its mirror."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEntry
from lms.career.models import Track
from lms.certification.models import CompetencyPoint, Gate, Profile
from lms.content import queries
from lms.content.actions import import_library
from lms.content.actions.importing import LibraryRefused
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import NotEmpty, write_library
from lms.content.rules.parts import only
from lms.content.rules.report import Change, Report
from lms.courses.actions import publish
from lms.courses.models import Course, KeyPoint, Lesson, LessonText, Programme, Stage, StageCourse
from lms.courses.rules.lesson_source import parse_lesson
from lms.errors import Invalid
from lms.mentoring.models import Criterion, Scorecard
from lms.quizzes.models import Question, QuestionVersion, Quiz, QuizCourse
from tests.content.shelf import Shelf, starter

HELLO = "basics/01-hello/lesson.en.md"
HELLO_ZH = "basics/01-hello/lesson.zh.md"
ASKED = "basics/01-hello/questions.yaml"
PROGRAMME = "programmes/agent.yaml"
LATER = timedelta(hours=1)


@pytest.fixture
def load(session: Session, shelf: Shelf, now: datetime) -> Callable[..., Report]:
    """Import the shelf as it stands."""

    def run(**more: Any) -> Report:
        report = import_library(session, read_library(shelf.root), actor="T1", now=more.pop("now", now), **more)
        session.expire_all()
        return report

    return run


def deeds(report: Report) -> set[tuple[str, str, str]]:
    return {(change.kind, change.slug, change.deed) for change in report.changes}


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_library_is_stored_whole(session: Session, load: Callable[..., Report], now: datetime) -> None:
    report = load()
    assert report.sums() == {
        "course": {"added": 1},
        "lesson": {"added": 2},
        "question": {"added": 5},
        "profile": {"added": 1},
        "programme": {"added": 1},
        "quiz": {"added": 1},
        "gate": {"added": 1},
        "scorecard": {"added": 1},
        "track": {"added": 1},
    }
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "02-again")).one()
    assert (lesson.position, lesson.revision, lesson.point_count, lesson.block_count) == (2, 1, 2, 2)
    assert (lesson.title_zh, lesson.title_en, lesson.prerequisites) == ("再来", "Again", ["basics/01-hello"])
    text = session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id, LessonText.locale == "zh")).one()
    assert text.source.startswith('---\ntitle: "再来"')
    assert text.published_at == now
    check = next(piece["check"] for block in text.blocks for piece in block["pieces"] if "check" in piece)
    question = session.scalars(select(Question).where(Question.ref == "b-02-02")).one()
    assert check == {
        "ref": "b-02-02",
        "question_id": question.id,
        "kind": "short_text",
        "stem": "说什么？",
        "options": [],
        "unit": "",
    }
    points = session.scalars(select(KeyPoint).where(KeyPoint.lesson_id == lesson.id).order_by(KeyPoint.number)).all()
    assert [(p.number, p.text_zh, p.text_en) for p in points] == [
        (1, "报自己的姓名", "say your name first"),
        (2, "再报中心名称", "name of the centre"),
    ]
    versions = {v.question_id: v for v in session.scalars(select(QuestionVersion))}
    keys = {q.ref: versions[q.id].key for q in session.scalars(select(Question))}
    assert keys == {
        "b-01-01": {"ids": ["a"]},
        "b-01-02": {"ids": ["true"]},
        "b-02-01": {"value": 12.5, "tolerance": 0.5},
        "b-02-02": {"accept": {"zh": ["您好"], "en": ["hello", "good morning"]}},
        "b-02-03": {"ids": ["a", "b"]},
    }
    first = versions[session.scalars(select(Question.id).where(Question.ref == "b-01-01")).one()]
    assert first.stem == {"zh": "先说<strong>什么</strong>？", "en": "What comes <em>first</em>?"}
    assert [asked["kind"] for asked in session.scalars(select(Gate)).one().requirements] == [
        "lessons", "quiz", "observed_calls", "sign_off", "coverage",
    ]  # fmt: skip
    assert [count(session, model) for model in (Stage, StageCourse, QuizCourse, Criterion, CompetencyPoint)] == [
        2,
        1,
        1,
        8,
        1,
    ]


def test_a_second_import_changes_nothing_and_says_so(session: Session, load: Callable[..., Report]) -> None:
    load()
    entries = count(session, AuditEntry)
    report = load()
    assert report.changes == []
    assert not report.changed
    assert count(session, AuditEntry) == entries == 1
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.subject) == ("content.imported", "T1", "library")


def test_a_changed_lesson_is_a_new_revision_and_the_old_one_stays(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    shelf.swap(HELLO, "Intro text.", "A better intro.")
    report = load(now=now + LATER)
    assert deeds(report) == {("lesson", "basics/01-hello", "revised")}
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    texts = session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)).all()
    assert lesson.revision == 2
    assert sorted((text.revision, text.locale) for text in texts) == [(1, "en"), (1, "zh"), (2, "en"), (2, "zh")]
    assert not load().changed


def test_a_key_point_put_in_the_middle_leaves_the_others_who_they_are(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()

    def points() -> dict[str, KeyPoint]:
        return {p.text_en: p for p in session.scalars(select(KeyPoint).where(KeyPoint.lesson_id == lesson.id))}

    before = {text: point.id for text, point in points().items()}
    shelf.swap(HELLO, "You ==say", "==Smile== before you ==say")
    shelf.swap(HELLO_ZH, "先==报", "先==微笑==，再==报")
    shelf.swap(ASKED, "key_point: 2", "key_point: 3")
    shelf.write(ASKED, (shelf.root / ASKED).read_text() + TRUE.format(ref="b-01-03", point=2))
    load()
    after = points()
    assert {text: (point.number, point.id) for text, point in after.items() if text in before} == {
        "say your name first": (2, before["say your name first"]),
        "name of the centre": (3, before["name of the centre"]),
    }
    assert after["Smile"].number == 1
    shelf.swap(HELLO, "==Smile== before you", "You")
    shelf.swap(HELLO_ZH, "先==微笑==，再==报", "先==报")
    shelf.swap(ASKED, "key_point: 3", "key_point: 2")
    load(now=now + LATER)
    gone = points()["Smile"]
    assert (gone.number, gone.retired_at) == (-gone.id, now + LATER)
    assert points()["name of the centre"].number == 2


TRUE = """- id: {ref}
  version: 1
  kind: true_false
  competency: b-greet
  key_point: {point}
  level: 1
  stem: {{zh: 对吗？, en: Right?}}
  answer: false
  explanation: {{zh: 不对。, en: No.}}
"""


def test_a_reworded_key_point_stays_the_same_point(session: Session, load: Callable[..., Report], shelf: Shelf) -> None:
    load()
    before = session.scalars(select(KeyPoint.id).where(KeyPoint.text_en == "say your name first")).first()
    shelf.swap(HELLO, "say your name first", "tell your name first")
    shelf.swap(HELLO_ZH, "报自己的姓名", "先报姓名")
    load()
    assert session.scalars(select(KeyPoint.id).where(KeyPoint.text_en == "tell your name first")).one() == before


def test_a_question_with_a_higher_version_keeps_its_older_ones(
    session: Session, load: Callable[..., Report], shelf: Shelf
) -> None:
    load()
    shelf.swap(ASKED, "version: 1\n  kind: true_false", "version: 2\n  kind: true_false")
    shelf.swap(ASKED, "answer: true", "answer: false")
    report = load()
    assert deeds(report) == {("question", "b-01-02", "changed")}
    question = session.scalars(select(Question).where(Question.ref == "b-01-02")).one()
    versions = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).all()
    assert question.version == 2
    assert {version.version: version.key for version in versions} == {1: {"ids": ["true"]}, 2: {"ids": ["false"]}}
    assert not load().changed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "answer: true",
            "answer: false",
            f"{ASKED}:12: The key of question b-01-02 has changed; raise its version to 2.",
        ),
        (
            "- {id: b, text",
            "- {id: c, text",
            f"{ASKED}:1: The key of question b-01-01 has changed; raise its version to 2.",
        ),
    ],
)
def test_a_changed_key_without_a_higher_version_is_refused(
    session: Session, load: Callable[..., Report], shelf: Shelf, old: str, new: str, said: str
) -> None:
    load()
    shelf.swap(ASKED, old, new)
    with pytest.raises(LibraryRefused) as refused:
        load()
    assert refused.value.text == said
    assert count(session, QuestionVersion) == 5


def test_a_lower_version_is_refused(load: Callable[..., Report], shelf: Shelf) -> None:
    shelf.swap(ASKED, "version: 1\n  kind: single", "version: 3\n  kind: single")
    load()
    shelf.swap(ASKED, "version: 3", "version: 2")
    with pytest.raises(LibraryRefused, match="version 3 is already in use"):
        load()


def test_a_mended_wording_shows_in_the_lessons_that_ask_the_question(
    session: Session, load: Callable[..., Report], shelf: Shelf
) -> None:
    load()
    shelf.swap(ASKED, "What comes *first*?", "What is *first*?")
    assert deeds(load()) == {("question", "b-01-01", "changed"), ("lesson", "basics/01-hello", "refreshed")}
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    text = session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id, LessonText.locale == "en")).one()
    assert lesson.revision == 1
    assert "What is <em>first</em>?" in str(text.blocks)


def test_facts_of_a_question_change_in_place(load: Callable[..., Report], shelf: Shelf) -> None:
    load()
    shelf.swap(ASKED, "level: 2", "level: 3")
    assert Change("question", "b-01-02", "changed", "facts") in load().changes


def test_what_is_gone_from_disk_is_retired_and_comes_back(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    kept = {
        name: (shelf.root / name).read_text()
        for name in ("basics/02-again/lesson.en.md", "basics/02-again/lesson.zh.md", "basics/02-again/questions.yaml")
    }
    for name in kept:
        shelf.remove(name)
    shelf.swap(PROGRAMME, "draw: 3", "draw: 2")
    report = load(now=now + LATER)
    assert deeds(report) == {
        ("lesson", "basics/02-again", "retired"),
        ("question", "b-02-01", "retired"),
        ("question", "b-02-02", "retired"),
        ("question", "b-02-03", "retired"),
        ("quiz", "daily", "changed"),
    }
    assert session.scalars(select(Lesson.retired_at).where(Lesson.slug == "02-again")).one() == now + LATER
    assert not load().changed
    for name, text in kept.items():
        shelf.write(name, text)
    assert ("lesson", "basics/02-again", "revived") in deeds(load())
    assert session.scalars(select(Question.retired_at)).all() == [None] * 5


def test_missing_things_can_be_left_as_they_are(load: Callable[..., Report], shelf: Shelf) -> None:
    load()
    shelf.remove("scorecards/call.yaml")
    shelf.swap(
        PROGRAMME,
        "      - {slug: calls, kind: observed_calls, scorecard: call, count: 2, min_percent: 80, title: {zh: 听, en: Calls}}\n",
        "",
    )
    assert deeds(load(retire_missing=False)) == {("gate", "go-live", "revised")}
    assert deeds(load()) == {("scorecard", "call", "retired")}


def test_a_changed_scorecard_or_gate_is_a_new_version(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    shelf.swap("scorecards/call.yaml", "Bad", "Poor")
    shelf.swap(PROGRAMME, "valid_months: 12", "valid_months: 6")
    assert deeds(load(now=now + LATER)) == {("scorecard", "call", "revised"), ("gate", "go-live", "revised")}
    cards = session.execute(select(Scorecard.version, Scorecard.retired_at).order_by(Scorecard.version)).all()
    gates = session.execute(select(Gate.version, Gate.valid_months, Gate.retired_at).order_by(Gate.version)).all()
    assert [tuple(row) for row in cards] == [(1, now + LATER), (2, None)]
    assert [tuple(row) for row in gates] == [(1, 12, now + LATER), (2, 6, None)]
    assert count(session, Criterion) == 16
    assert not load().changed


def test_a_programme_follows_its_file(session: Session, load: Callable[..., Report], shelf: Shelf) -> None:
    load()
    shelf.swap(PROGRAMME, "slug: study, scope", "slug: learn, scope")
    shelf.swap(PROGRAMME, "courses: []}", "courses: [basics]}")
    report = load()
    assert deeds(report) == {("programme", "agent", "changed")}
    assert session.scalars(select(Stage.slug).order_by(Stage.position)).all() == ["learn", "listen"]
    assert count(session, StageCourse) == 2


def test_gates_can_change_places_and_be_dropped(session: Session, load: Callable[..., Report], shelf: Shelf) -> None:
    gate = """  - slug: first
    after_stage: study
    scope: shadow
    valid_months: 12
    title: {zh: 一, en: First}
    summary: {zh: 一, en: First}
    requirements: [{slug: mentor, kind: sign_off, role: mentor, title: {zh: 师傅, en: Mentor}}]
"""
    load()
    before = (shelf.root / PROGRAMME).read_text()
    shelf.swap(PROGRAMME, "gates:\n", "gates:\n" + gate)
    assert deeds(load()) == {("gate", "first", "added"), ("gate", "go-live", "changed")}
    shelf.write(PROGRAMME, before)
    assert deeds(load()) == {("gate", "first", "retired"), ("gate", "go-live", "changed")}
    shelf.swap(PROGRAMME, "gates:\n", "gates:\n" + gate)
    assert deeds(load()) == {("gate", "first", "revived"), ("gate", "go-live", "changed")}
    assert count(session, Gate) == 2


def test_quizzes_draw_from_what_their_file_says_and_can_be_dropped(
    session: Session, load: Callable[..., Report], shelf: Shelf
) -> None:
    load()
    shelf.write("more/course.yaml", (shelf.root / "basics/course.yaml").read_text().replace("order: 1", "order: 2"))
    for name in ("lesson.en.md", "lesson.zh.md", "questions.yaml"):
        text = (shelf.root / "basics/01-hello" / name).read_text().replace("b-01-0", "m-01-0")
        shelf.write(f"more/01-hello/{name}", text)
    shelf.swap(PROGRAMME, "purpose: daily, courses: [basics]", "purpose: daily, courses: [basics, more]")
    assert ("quiz", "daily", "changed") in deeds(load())
    assert count(session, QuizCourse) == 2
    before = (shelf.root / PROGRAMME).read_text()
    shelf.write(PROGRAMME, before.replace("slug: daily", "slug: nightly").replace("quiz: daily", "quiz: nightly"))
    assert {("quiz", "daily", "retired"), ("quiz", "nightly", "added")} <= deeds(load())
    shelf.write(PROGRAMME, before)
    assert {("quiz", "daily", "revived"), ("quiz", "nightly", "retired")} <= deeds(load())


def test_a_profile_follows_its_file_and_courses_change_in_place(
    session: Session, load: Callable[..., Report], shelf: Shelf
) -> None:
    load()
    point = "  - {slug: b-two, group: {zh: 基础, en: Basics}, kind: skill, minimum: false, title: {zh: 二, en: Two}}\n"
    before = (shelf.root / "profiles/agent.yaml").read_text()
    shelf.write("profiles/agent.yaml", before + point)
    shelf.swap("basics/course.yaml", "owner: Desk", "owner: Office")
    shelf.swap("tracks/agent.yaml", "count: 3", "count: 4")
    assert deeds(load()) == {
        ("profile", "agent", "changed"),
        ("course", "basics", "changed"),
        ("track", "agent", "changed"),
    }
    assert session.scalars(select(CompetencyPoint.slug).order_by(CompetencyPoint.position)).all() == [
        "b-greet",
        "b-two",
    ]
    shelf.write("profiles/agent.yaml", before)
    assert deeds(load()) == {("profile", "agent", "changed")}
    assert count(session, CompetencyPoint) == 1


def test_files_that_are_gone_but_cannot_be_retired_are_kept_and_told(
    session: Session, load: Callable[..., Report], shelf: Shelf
) -> None:
    load()
    for name in ("profiles/agent.yaml", "programmes/agent.yaml", "tracks/agent.yaml"):
        shelf.remove(name)
    report = load()
    assert deeds(report) == {("profile", "agent", "kept"), ("programme", "agent", "kept"), ("track", "agent", "kept")}
    assert not report.changed
    assert [count(session, model) for model in (Profile, Programme, Quiz, Gate, Track)] == [1] * 5


def test_a_library_with_errors_changes_nothing(session: Session, load: Callable[..., Report], shelf: Shelf) -> None:
    shelf.swap(HELLO, "==", "")
    with pytest.raises(LibraryRefused, match="0 key points here") as refused:
        load()
    assert {finding.level for finding in refused.value.findings} == {"error"}
    assert count(session, Course) == 0


def test_the_number_of_statements_does_not_grow_with_the_library(
    load: Callable[..., Report], statements: Callable[[], Any], session: Session, shelf: Shelf
) -> None:
    load()
    with statements() as few:
        load()
    for n in range(3, 9):
        for name in ("lesson.en.md", "lesson.zh.md", "questions.yaml"):
            text = (shelf.root / "basics/01-hello" / name).read_text().replace("b-01-0", f"b-0{n}-0")
            shelf.write(f"basics/0{n}-more/{name}", text)
    load()
    with statements() as many:
        load()
    assert len(many) == len(few)


def test_what_is_exported_is_what_was_imported(
    session: Session, load: Callable[..., Report], shelf: Shelf, tmp_path: Path, now: datetime
) -> None:
    load()
    before = read_library(shelf.root)
    stored = queries.library(session)
    assert stored == before
    first, second = tmp_path / "first", tmp_path / "second"
    assert write_library(stored, first) == 11
    for name in (HELLO, HELLO_ZH):
        assert (first / name).read_bytes() == (shelf.root / name).read_bytes()
    again = read_library(first)
    assert again == before
    assert again.findings == ()
    assert import_library(session, again, actor="T1", now=now).changes == []
    write_library(queries.library(session), second)
    assert contents(first) == contents(second)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_starter_library_goes_in_and_out_unchanged(
    session: Session, repository: Path, tmp_path: Path, now: datetime
) -> None:
    before = starter()
    import_library(session, before, actor="system", now=now)
    session.expire_all()
    write_library(queries.library(session), tmp_path / "out")
    again = read_library(tmp_path / "out")
    assert again == before
    assert import_library(session, again, actor="system", now=now).changes == []
    for file in (repository / "content").rglob("*.md"):
        assert (tmp_path / "out" / file.relative_to(repository / "content")).read_bytes() == file.read_bytes()


def test_what_is_retired_is_not_exported(session: Session, load: Callable[..., Report], shelf: Shelf) -> None:
    load()
    shelf.remove("basics/02-again/questions.yaml")
    shelf.remove("basics/02-again/lesson.en.md")
    shelf.remove("basics/02-again/lesson.zh.md")
    shelf.swap(PROGRAMME, "draw: 3", "draw: 2")
    load()
    assert [lesson.slug for course in queries.library(session).courses for lesson in course.lessons] == ["01-hello"]


def test_an_export_never_writes_over_anything(session: Session, load: Callable[..., Report], tmp_path: Path) -> None:
    load()
    target = tmp_path / "out"
    target.mkdir()
    write_library(queries.library(session), target)
    with pytest.raises(NotEmpty):
        write_library(queries.library(session), target)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_empty_database_exports_an_empty_folder(session: Session, tmp_path: Path) -> None:
    assert write_library(queries.library(session), tmp_path / "out") == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_a_lesson_whose_points_carry_their_questions_needs_no_others(
    session: Session, load: Callable[..., Report], shelf: Shelf, tmp_path: Path
) -> None:
    box = "::: key\nA point\n? Which point?\n:::\n"
    for language in ("zh", "en"):
        head = (
            (shelf.root / f"basics/02-again/lesson.{language}.md")
            .read_text()
            .partition("Intro")[0]
            .partition("开场")[0]
        )
        shelf.write(f"basics/03-boxes/lesson.{language}.md", f"{head}Text\n\n## Heading\n{box}")
    load()
    point = session.scalars(select(KeyPoint).where(KeyPoint.question_en.is_not(None))).one()
    assert (point.text_en, point.question_en) == ("A point", "Which point?")
    write_library(queries.library(session), tmp_path / "out")
    assert not (tmp_path / "out/basics/03-boxes/questions.yaml").exists()
    assert read_library(tmp_path / "out") == read_library(shelf.root)


def test_a_lesson_can_be_published_alone(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    texts = {
        "zh": (shelf.root / HELLO_ZH).read_text(),
        "en": (shelf.root / HELLO).read_text().replace("Intro", "Start"),
    }
    sources = {locale: parse_lesson(text) for locale, text in texts.items()}
    assert publish.publish(session, lesson, sources, {}, now=now) == "revised"
    session.flush()
    assert publish.publish(session, lesson, sources, {}, now=now) == "unchanged"


@pytest.mark.parametrize(
    ("change", "said"),
    [(("==", ""), "Both languages need the same"), (("## Greeting", "##Greeting"), "A heading is")],
)
def test_a_lesson_with_mistakes_is_not_published(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime, change: tuple[str, str], said: str
) -> None:
    load()
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    texts = {"zh": (shelf.root / HELLO_ZH).read_text(), "en": (shelf.root / HELLO).read_text().replace(*change)}
    with pytest.raises(Invalid, match=said):
        publish.publish(session, lesson, {k: parse_lesson(v) for k, v in texts.items()}, {}, now=now)


def test_a_lesson_without_the_text_of_one_language_stops_no_import_and_is_named(
    session: Session, load: Callable[..., Report], shelf: Shelf, now: datetime
) -> None:
    load()
    lesson = session.scalars(select(Lesson).order_by(Lesson.id)).first()
    assert lesson is not None
    session.execute(delete(LessonText).where(LessonText.lesson_id == lesson.id, LessonText.locale == "en"))
    session.expire_all()
    known = queries.library(session)
    (found,) = known.findings
    assert (found.file, found.level) == (f"{known.courses[0].slug}/{lesson.slug}/lesson.en.md", "warning")
    assert "no text in this language" in found.sentence()
    write_library(known, shelf.root.parent / "out")
    part = only(read_library(shelf.root), known.courses[0].slug)
    report = import_library(session, part, actor="T1", now=now, part=True, retire_missing=False)
    assert found in report.findings
