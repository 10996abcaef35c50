"""Pictures in files of questions: read once, kept with the lesson, written back; what is none is refused by line."""

import io
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.authoring.actions import banking
from lms.authoring.bankfiles import NO_PICTURE, Line, Report, open_bank, write_bank
from lms.authoring.bankreports import pictures_text, report_of, report_text, with_pictures
from lms.authoring.models import DraftPart
from lms.authoring.queries.bank import outgoing_values
from lms.authoring.views.bank import importing
from lms.courses.models import Course, Lesson
from lms.errors import NotFound
from lms.media.actions import Place, Uploader, add_medium, keep_file
from lms.media.intake import take
from lms.media.models import LessonMedia
from lms.media.queries import album
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.queries.bank import Wanted
from lms.quizzes.rules.formats.foreign import Picture
from lms.quizzes.rules.formats.items import UNTRANSLATED, Item, to_item
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.moodle_xml_writing import write_moodle_xml
from lms.quizzes.rules.formats.outgoing import GIFT, MOODLE_XML, outgoing
from lms.quizzes.rules.formats.wording import LEFT_PICTURE
from lms.settings import Settings
from lms.storage import Storage
from tests.authoring.writers import identity
from tests.make import Make
from tests.media.samples import picture
from tests.quizzes.formats.cast import ITEMS, both

Browser = Callable[..., FlaskClient]
PNG = picture()


@pytest.fixture
def trainer(make: Make) -> Person:
    return make.person(Role.TRAINER)


def moodle(*questions: tuple[str, dict[str, bytes | str]], markup: str = "html") -> bytes:
    made = []
    for stem, files in questions:
        beside = "".join(
            f'<file name="{name}" path="/" encoding="base64">'
            f"{data if isinstance(data, str) else b64encode(data).decode()}</file>"
            for name, data in files.items()
        )
        made.append(
            f'<question type="truefalse"><questiontext format="{markup}"><text><![CDATA[{stem}]]></text>{beside}'
            f'</questiontext><answer fraction="100"><text>true</text></answer>'
            f'<answer fraction="0"><text>false</text></answer></question>'
        )
    return f"<quiz>{''.join(made)}</quiz>".encode()


def shows(name: str, alt: str = "A meter") -> str:
    return f'<p>Is this a meter?</p><p><img src="@@PLUGINFILE@@/{quote(name)}" alt="{alt}" width="300"/></p>'


def only(data: bytes) -> tuple[Item, tuple[str, ...]]:
    (question,) = read_moodle_xml(data).questions
    item, notes = to_item(question)
    assert item is not None
    return item, tuple(each.template for each in notes)


def lines(data: bytes) -> tuple[Line, ...]:
    return open_bank("x.xml", data, "call-opening", {"call-opening"}, []).lines


def test_a_picture_of_a_stem_comes_along_by_a_name_that_lessons_may_give() -> None:
    item, notes = only(moodle((shows("Meter [1] 电表.PNG"), {"Meter [1] 电表.PNG": PNG, "unused.png": PNG})))
    name = "meter-1-电表.png"
    assert item.stem["en"] == f"Is this a meter?\n\n![A meter](media/{quote(name)})"
    assert item.pictures == (Picture(name, PNG),)
    assert notes == ()


def test_markdown_shows_them_too_and_one_that_is_not_there_leaves_its_words() -> None:
    stem = "See ![the meter](@@PLUGINFILE@@/a.png) and ![the fuse](@@PLUGINFILE@@/b.png)![](@@PLUGINFILE@@/c.png)."
    item, notes = only(moodle((stem, {"a.png": PNG}), markup="markdown"))
    assert item.stem["en"] == "See ![the meter](media/a.png) and (the fuse)."
    assert notes == (LEFT_PICTURE,)
    gone, notes = only(moodle((shows("a.png"), {})))
    assert (gone.stem["en"], gone.pictures) == ("Is this a meter?\n\n(A meter)", ())
    assert notes == (LEFT_PICTURE,)


def test_two_pictures_of_one_name_stay_two() -> None:
    stem = '<img src="@@PLUGINFILE@@/a%20b.png" alt="1"><img src="@@PLUGINFILE@@/a-b.png" alt="2">'
    item, _notes = only(moodle((stem, {"a b.png": PNG, "a-b.png": PNG})))
    assert [each.name for each in item.pictures] == ["a-b.png", "a-b-2.png"]


@pytest.mark.parametrize("name", ["single", "short_text", "matching", "ordering", "unit", "false"])
def test_what_is_written_with_pictures_comes_back(name: str) -> None:
    stem = both("看图 ![电表](media/%E7%94%B5%E8%A1%A8.png)", "Look ![meter](media/%E7%94%B5%E8%A1%A8.png)")
    item = replace(ITEMS[name], stem=stem, pictures=(Picture("电表.png", PNG),))
    made = outgoing([item], MOODLE_XML)
    assert made.left == ()
    back, notes = only(write_moodle_xml(made.questions).encode())
    assert (back.stem, back.pictures, back.parts) == (item.stem, item.pictures, item.parts)
    assert notes == ()
    assert [each.whole for each in outgoing([item], GIFT).left][:1] == [name == "ordering"], "elsewhere it stays"


@pytest.mark.parametrize(
    "item",
    [
        replace(ITEMS["single"], stem=both("![a](media/a.png)")),
        replace(ITEMS["single"], stem=both("[a](media/a.mp3)")),
        replace(ITEMS["single"], explanation=both("![a](media/a.png)"), pictures=(Picture("a.png", PNG),)),
        replace(ITEMS["typed gaps"], stem=both("![a](media/a.png)", UNTRANSLATED["en"] + "![a](media/a.png)")),
    ],
)
def test_what_does_not_travel_is_listed(item: Item) -> None:
    assert [each.whole for each in outgoing([item], MOODLE_XML).left] == [False]


BOMB = picture(size=(40, 20)).replace(b"\x00\x00\x00\x28\x00\x00\x00\x14", b"\x00\x0f\xff\xff\x00\x0f\xff\xff", 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.png", b"MZ" + bytes(200)),
        ("a.png", b""),
        ("a.png", PNG[:40]),
        ("a.png", BOMB),
        ("a.png", "not base64!"),
        ("a.png", "QUJD=QUJD"),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"),
    ],
)
def test_files_that_are_no_pictures_refuse_their_question_by_line_alone(name: str, data: bytes | str) -> None:
    found = lines(moodle((shows(name), {name: data}), (shows("b.png"), {"b.png": PNG})))
    assert sorted(line.question is None for line in found) == [False, True]
    (refused,) = [line for line in found if line.question is None]
    assert (refused.line, len(refused.findings)) == (1, 1)
    if name == "a.vtt":
        assert refused.findings[0].template == NO_PICTURE


def test_there_are_ten_at_most_and_names_lead_nowhere() -> None:
    many = {f"{n}.png": PNG for n in range(11)}
    assert lines(moodle((shows("0.png"), many)))[0].question is None
    item, _notes = only(moodle((shows("../../etc/passwd.png"), {"../../etc/passwd.png": PNG})))
    assert item.pictures[0].name == "passwd.png"
    assert "](media/passwd.png)" in item.stem["en"]


def test_a_report_is_kept_and_read_as_it_was() -> None:
    report = open_bank("x.xml", moodle((shows("a.png"), {"a.png": PNG}), ("", {})), "call-opening", (), [])
    read = report_of(report_text(report))
    assert [replace(line, pictures=()) for line in report.lines] == list(read.lines)
    assert with_pictures(read.lines, pictures_text(report)) == list(report.lines)
    assert pictures_text(open_bank("x.gift", b"Q {T}", "c", (), [])) == b""


@pytest.mark.usefixtures("library")
def test_a_file_is_read_once_and_its_pictures_become_files_of_the_lesson(
    session: Session,
    client_of: Browser,
    trainer: Person,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counted(name: str, *more: Any) -> Report:
        read.append(name)
        return open_bank(name, *more)

    monkeypatch.setattr(importing, "open_bank", counted)
    question = session.scalars(select(Question)).first()
    assert question is not None
    lesson = session.get_one(Lesson, question.lesson_id)
    browser = client_of(trainer)
    file = moodle((shows("a.png"), {"a.png": PNG}), (shows("a.png"), {"a.png": picture("jpg", exif=True)}))
    sent = {"lesson": str(lesson.id), "competency": question.competency, "file": (io.BytesIO(file), "bank.xml")}
    assert browser.post("/bank/import", data=sent).status_code == 303
    for _ in range(3):
        page = browser.get("/bank/import").get_data(as_text=True)
    assert page.count("with 1 picture") == 2
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    answer = browser.post("/bank/import/confirmation", data={"seal": seal, "place": ["0", "1"]})
    assert "/drafts/" in answer.location
    assert read == ["bank.xml"]
    draft_id = int(re.findall(r"/drafts/(\d+)", answer.location)[0])
    written = session.scalars(
        select(DraftPart.text).where(DraftPart.draft_id == draft_id, DraftPart.part == "questions")
    ).one()
    assert "](media/a.webp)" in written
    assert "](media/a-2.webp)" in written
    course = session.get_one(Course, lesson.course_id)
    files = album(session, course.slug, lesson.slug, "/").files
    assert set(files) >= {"a.webp", "a-2.webp"}
    assert b"SecretPhone" not in Storage(settings).get(files["a-2.webp"].path)
    assert browser.post("/bank/import/confirmation", data={"seal": seal, "place": ["0"]}).status_code == 303


@pytest.mark.usefixtures("library")
def test_nobody_but_a_trainer_brings_pictures_in(session: Session, make: Make, now: datetime) -> None:
    before = session.scalars(select(LessonMedia.id)).all()
    learner = identity(make.learner(), Role.LEARNER)
    report = open_bank("x.xml", moodle((shows("a.png"), {"a.png": PNG})), "call-opening", (), [])
    (line,) = report.taken
    assert line.question is not None
    taken = take(io.BytesIO(PNG))
    lesson = session.scalars(select(Lesson)).first()
    assert lesson is not None
    with taken.file, pytest.raises(NotFound):
        banking.bring_in(session, learner, lesson.id, [(line.question, [("a.png", taken)])], now=now)
    assert session.scalars(select(LessonMedia.id)).all() == before


@pytest.mark.usefixtures("library")
def test_pictures_of_questions_go_out_of_the_storage_and_come_in_again(
    session: Session, settings: Settings, now: datetime
) -> None:
    store = Storage(settings)
    version, lesson, course = session.execute(
        select(QuestionVersion, Lesson, Course)
        .join(Question, (Question.id == QuestionVersion.question_id) & (Question.version == QuestionVersion.version))
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(QuestionVersion.kind == "single")
    ).all()[0]
    taken, place = take(io.BytesIO(PNG)), Place(course.slug, lesson.slug)
    with taken.file:
        keep_file(store, taken)
        name, medium = add_medium(session, place, taken, "meter.png", by=Uploader(), now=now)
    version.source = version.source | {"stem": both(f"![表](media/{name})")}
    session.flush()
    _values, items = outgoing_values(session, Wanted(), store.get)
    (shown,) = [item for item in items if item.pictures]
    assert shown.pictures == (Picture(name, store.get(medium.path)),)
    made = write_bank(MOODLE_XML, (), [shown], "both")
    (line,) = lines(made.body)
    assert [each.name for each in line.pictures] == [name]
