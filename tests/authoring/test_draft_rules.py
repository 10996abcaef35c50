"""When a save stands, which texts are kept, how texts differ, what a question of a form becomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lms.authoring.rules import diff
from lms.authoring.rules.drafts import Held, Kept, cleaned, first_text, keeps_former, new_slug, outcome
from lms.authoring.rules.fixes import Fix, fix
from lms.authoring.rules.questions import new_ref, put, versioned, without
from lms.authoring.texts import faults_of, questions_text, read_draft
from lms.content.rules.lessons import check_lesson
from lms.content.rules.library import Both, Library, Question
from lms.content.rules.names import names_of
from lms.courses.rules.findings import errors
from lms.media.rules.medium import Medium
from tests.authoring.writers import EN

AT = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
HELD = Held("Text.", 4, 1, AT)
QUESTION = Question(
    ref="fr-04-01",
    version=3,
    kind="true_false",
    competency="fr-promise",
    key_point=1,
    level=1,
    stem=Both("对吗？", "Is it?"),
    options=(),
    unit=None,
    key={"ids": ["true"]},
    explanation=Both("因为。", "Because."),
)


@pytest.mark.parametrize(
    ("text", "version", "met"),
    [
        ("New.", 4, "saved"),
        ("Text.", 4, "same"),
        ("Text.", 2, "same"),
        ("New.", 3, "conflict"),
        ("New.", 9, "conflict"),
    ],
    ids=["from what is there", "nothing new", "asked again after a lost answer", "from a former one", "from none"],
)
def test_a_save_stands_only_on_what_its_writer_has_seen(text: str, version: int, met: str) -> None:
    assert outcome(HELD, text, version) == met


@pytest.mark.parametrize(
    ("newest", "author", "kept"),
    [
        (None, 1, True),
        (Kept(4, 1, AT), 2, False),
        (Kept(3, 1, AT - timedelta(seconds=119)), 1, False),
        (Kept(3, 1, AT - timedelta(seconds=120)), 1, True),
        (Kept(3, 1, AT - timedelta(seconds=5)), 2, True),
        (Kept(3, 2, AT - timedelta(seconds=5)), 1, True),
    ],
    ids=[
        "nothing is kept yet",
        "this very text is kept",
        "one's own, a moment ago",
        "one's own, two minutes ago",
        "somebody else is about to write over it",
        "the first since somebody else",
    ],
)
def test_former_texts_are_kept(newest: Kept | None, author: int, *, kept: bool) -> None:
    assert keeps_former(HELD, newest, author) is kept


@pytest.mark.parametrize(
    ("number", "title", "slug"),
    [
        (4, "What we promise", "04-what-we-promise"),
        (0, "“Power” is out!", "01-power-is-out"),
        (120, "停电", "99-lesson"),
        (7, "a " * 40, "07-a-a-a-a-a-a"),
        (7, "x" * 200, "07-" + "x" * 57),
    ],
)
def test_a_lesson_is_named_by_number_and_title(number: int, title: str, slug: str) -> None:
    assert new_slug(number, title) == slug


@pytest.mark.parametrize("title", ["停电了", 'The "hard" one', "Back\\slash", "a: b # c"])
def test_a_new_lesson_reads_well(title: str) -> None:
    texts = {language: first_text(title, language) for language in ("zh", "en")}
    reading = read_draft("fault-repair", "01-x", texts)
    assert errors(reading.findings) == ()
    assert reading.lesson.sources["zh"].title != ""
    assert len(reading.lesson.sources["zh"].points) == len(reading.lesson.sources["en"].points) == 1


def test_line_ends_are_one_kind() -> None:
    assert cleaned("a\r\nb\rc\n") == "a\nb\nc\n"


def test_equal_texts_have_no_rows() -> None:
    assert diff.rows("a\nb", "a\nb") == ()


def test_long_equal_stretches_are_left_out() -> None:
    old = "\n".join(f"line {n}" for n in range(20))
    rows = diff.rows(old, old.replace("line 10", "line ten") + "\nmore")
    assert [row.kind for row in rows] == ["gap", *["same"] * 3, "changed", *["same"] * 3, "gap", *["same"] * 3, "new"]
    assert [row.count for row in rows if row.kind == "gap"] == [7, 3]
    changed = next(row for row in rows if row.kind == "changed")
    assert changed.old == (("line ", False), ("10", True))
    assert changed.new == (("line ", False), ("ten", True))


def test_a_gap_may_end_the_rows() -> None:
    old = "\n".join(f"line {n}" for n in range(20))
    assert [row.kind for row in diff.rows(old, "first\n" + old)] == ["new", "same", "same", "same", "gap"]


def test_lines_that_went_are_gone() -> None:
    assert [row.kind for row in diff.rows("a\nb\nc", "a\nc")] == ["same", "gone", "same"]


@pytest.mark.parametrize(
    ("old", "new"), [("completely", "别的"), ("", "x"), ("x", ""), ("a " * 400, "b " * 400)], ids=str
)
def test_lines_with_little_in_common_are_marked_whole(old: str, new: str) -> None:
    left, right = diff.words(old, new)
    assert left == (((old, True),) if old else ())
    assert right == (((new, True),) if new else ())


def test_chinese_is_compared_by_character() -> None:
    assert diff.words("45分钟内到", "60分钟内到") == (
        (("45", True), ("分钟内到", False)),
        (("60", True), ("分钟内到", False)),
    )


@pytest.mark.parametrize(
    ("known", "of_course", "ref"),
    [
        ((), (), "fr-04-01"),
        (("fr-04-01", "fr-04-02"), (), "fr-04-03"),
        (("fa-01-01",), ("fa-01-01", "fa-02-01", "zz-01-01", "odd"), "fa-04-01"),
    ],
    ids=["the first of all", "the next", "letters as the course has them"],
)
def test_a_new_question_gets_a_free_id(known: tuple[str, ...], of_course: tuple[str, ...], ref: str) -> None:
    assert new_ref("fault-repair", 4, known, of_course) == ref


@pytest.mark.parametrize(
    ("key", "meaning_changed", "version"), [("true", False, 3), ("false", False, 4), ("true", True, 4)]
)
def test_the_version_rises_with_key_or_meaning(key: str, *, meaning_changed: bool, version: int) -> None:
    written = replace(QUESTION, key={"ids": [key]}, stem=Both("字", "Words"))
    assert versioned(written, QUESTION, meaning_changed=meaning_changed).version == version


def test_an_unpublished_question_stays_at_one() -> None:
    assert versioned(QUESTION, None, meaning_changed=True).version == 1


def test_questions_keep_their_places() -> None:
    second = replace(QUESTION, ref="fr-04-02")
    assert put((QUESTION, second), replace(QUESTION, level=2))[0].level == 2
    assert put((QUESTION,), second) == (QUESTION, second)
    assert without((QUESTION, second), "fr-04-01") == (second,)


def test_what_is_written_is_read_back() -> None:
    text = questions_text((QUESTION,))
    assert read_draft("c", "04-x", {"questions": text}).lesson.questions == (QUESTION,)
    assert faults_of(QUESTION) == ()
    assert len(faults_of(replace(QUESTION, stem=Both("", "")))) == 2
    assert questions_text(()) == ""


TOO_MANY = " ".join(f"=={word}==" for word in ("a1", "b2", "c3", "d4", "e5", "f6", "g7", "h8"))


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "![](media/lamp.png)", Fix("describe", "lamp.png")),
        ("en", TOO_MANY, Fix("unmark")),
        ("en", "Word " * 60 + ".", Fix("show", ("Word " * 60)[:60].strip())),
        ("zh", "很" * 90 + "。", Fix("show", "很" * 60)),
        ("en", "![A lamp](media/none.png)", None),
    ],
)
def test_what_is_evident_to_mend_is_offered(language: str, body: str, expected: Fix | None) -> None:
    texts = {"zh": "", "en": "", "questions": ""} | {language: EN.partition("After")[0] + body}
    lesson = read_draft("c", "01-x", texts).lesson
    found = check_lesson(lesson, names_of(Library()), {"c/01-x/media/lamp.png": Medium("a" * 64, "png", 1)})
    offers = [fix(finding) for finding in found if finding.file.endswith(f".{language}.md")]
    if expected is None:
        assert set(offers) == {None}
        return
    offered = next(each for each in offers if each is not None)
    assert offered.do == expected.do
    assert offered.at[:40] == expected.at[:40]
    assert not offered.at.endswith("…")
