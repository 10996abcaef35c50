# ruff: noqa: E501  # a table with one case a line reads better than a folded one
"""The courseware standard and the form on disk: what is wrong is said by file and line."""

import os
from pathlib import Path

import pytest

from lms.content.ondisk.reading import read_library
from lms.content.rules.standard import check
from lms.courses.rules.findings import Finding, errors
from tests.content.shelf import Shelf

HELLO = "basics/01-hello/lesson.en.md"
HELLO_ZH = "basics/01-hello/lesson.zh.md"
ASKED = "basics/01-hello/questions.yaml"
TWO = "basics/02-again/questions.yaml"
COURSE = "basics/course.yaml"
PROFILE = "profiles/agent.yaml"
PROGRAMME = "programmes/agent.yaml"
CARD = "scorecards/call.yaml"
TRACK = "tracks/agent.yaml"


def found(shelf: Shelf) -> tuple[Finding, ...]:
    return check(read_library(shelf.root))


def told(shelf: Shelf) -> str:
    return "\n".join(f"{f.file}:{f.line}: {f.level}: {f.sentence()}" for f in found(shelf))


def test_a_sound_library_has_no_findings(shelf: Shelf) -> None:
    assert told(shelf) == ""


def test_the_library_that_comes_with_us_has_no_findings(repository: Path) -> None:
    library = read_library(repository / "content")
    assert check(library) == ()
    lessons = [lesson for course in library.courses for lesson in course.lessons]
    assert len(library.courses) >= 3
    assert len(lessons) >= 20
    assert sum(len(lesson.questions) for lesson in lessons) >= 150
    assert len(library.profiles[0].points) >= 60


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # lessons
        (HELLO, "==", "", f"{HELLO}:1: error: The lesson marks no key point."),
        (HELLO, "Intro text.", "word " * 1200, f"{HELLO}:3: error: The lesson takes 7 minutes; the standard allows 5."),
        (HELLO, "minutes: 1", "minutes: 3", f"{HELLO}:3: error: “minutes: 3” is off: reading and checks take about 1."),
        (HELLO, "Intro", "==one== ==two== ==three== ==four== ==five==\n\n==six== Intro", f"{HELLO}:12: error: The lesson has 8"),
        (HELLO, "Intro", "==one more== Intro", f"{HELLO}:1: error: 3 key points here, 2 in lesson.zh.md."),
        (HELLO, "Intro", "==one more== Intro", f"{HELLO}:10: error: No question asks for key point 3."),
        (HELLO, "Intro text.", "Intro.\n\n## More\ntext", f"{HELLO}:1: error: 3 blocks here, 2 in lesson.zh.md."),
        (HELLO, "b-01-01", "b-01-02", f"{HELLO}:1: error: lesson.zh.md asks other checks"),
        (HELLO, "b-01-01", "b-02-01", f"{HELLO}:12: error: There is no question “b-02-01” in questions.yaml."),
        (HELLO, "[b-greet]", "[b-greet, b-none]", f"{HELLO}:4: error: “competencies” differs from lesson.zh.md."),
        (HELLO, "[b-greet]", "[b-greet, b-none]", f"{HELLO}:4: error: No profile has a competency “b-none”."),
        (HELLO, "requisites: []", "requisites: [basics/09-none]", f"{HELLO}:5: error: There is no lesson “basics/09-none”."),
        (HELLO, "requisites: []", "requisites: [basics/02-again]", f"{HELLO}:1: error: The lesson is a prerequisite of itself."),
        (HELLO, "Intro", "[a](../02-again/lesson.en.md) Intro", f"{HELLO}:7: error: Dead link: ../02-again/lesson.en.md"),
        (HELLO, "Intro", "\n![a](media/none.png) Intro", f"{HELLO}:8: error: Dead link: media/none.png"),
        (HELLO, "Intro", "[a](https://example.org) Intro", ""),
        (HELLO, "title:", "titel:", f"{HELLO}:2: error: “titel” is not part of a lesson's head."),
        # questions
        (ASKED, "key_point: 1", "key_point: 9", f"{ASKED}:1: error: The lesson has no key point 9."),
        (ASKED, "key_point: 1", "key_point: 9", f"{HELLO}:10: error: No question asks for key point 1."),
        (ASKED, "b-01-02", "b-01-01", f"{ASKED}:12: error: The id “b-01-01” is already used in {ASKED}:1."),
        (ASKED, "competency: b-greet\n  key_point: 2", "competency: b-x\n  key_point: 2", f"{ASKED}:12: error: No profile has"),
        (ASKED, "competency: b-greet\n  key_point: 2", "competency: b-x\n  key_point: 2", f"{ASKED}:12: warning: The lesson does"),
        (ASKED, ", correct: true", "", f"{ASKED}:8: error: Exactly one option is “correct: true”."),
        (ASKED, "en: The weather}", "en: The weather}, correct: true", f"{ASKED}:8: error: Exactly one option"),
        (ASKED, "id: b, text", "id: a, text", f"{ASKED}:8: error: Two options have the same id."),
        (ASKED, "en: The weather", "en: Your name", f"{ASKED}:8: error: Two options read the same (en)."),
        (ASKED, "    - {id: b, text: {zh: 天气, en: The weather}}\n", "", f"{ASKED}:8: error: A question has 2 to 6 options."),
        (ASKED, "kind: single", "kind: essay", f"{ASKED}:3: error: “kind” must be one of: single, multiple"),
        (ASKED, "version: 1\n  kind: single", "version: 0\n  kind: single", f"{ASKED}:2: error: “version” must be a number from 1"),
        (ASKED, "level: 1", "level: 1.5", f"{ASKED}:6: error: “level” must be a whole number from 1 to 3."),
        (ASKED, "level: 1", "level: high", f"{ASKED}:6: error: “level” must be a number from 1 to 3."),
        (ASKED, "answer: true", "answer: yes", f"{ASKED}:19: error: “answer” must be true or false."),
        (ASKED, "  answer: true\n", "", f"{ASKED}:12: error: “answer” is missing."),
        (ASKED, "en: It is.", "de: Ja.", f"{ASKED}:20: error: “explanation” lacks the translation “en”."),
        (ASKED, "en: It is.", "de: Ja.", f"{ASKED}:20: error: “de” is not known here; known are: "),
        (ASKED, "{zh: 要报。, en: It is.}", "only one", f"{ASKED}:20: error: “explanation” must be written in both languages"),
        (ASKED, "level: 2", "levl: 2", f"{ASKED}:17: error: “levl” is not known here; is “level” meant?"),
        (ASKED, "level: 2", "kind: 2", f"{ASKED}:17: error: “kind” is written twice."),
        (TWO, "answer: 12.5", "answer: .inf", f"{TWO}:8: error: “answer” must be a number from"),
        (TWO, "[hello, \"good morning\"]", "[]", f"{TWO}:19: error: No answer is accepted in “en”."),
        (TWO, "accept: {zh: [您好], en: [hello, \"good morning\"]}", "accept: hello", f"{TWO}:19: error: A group of “key: value”"),
        (TWO, "天气, en: Weather}}", "天气, en: Weather}, correct: true}", f"{TWO}:27: error: Of several options"),
        (TWO, "[您好]", "您好", f"{TWO}:19: error: “zh” must be a list."),
        # course
        (COURSE, "order: 1", "order: one", f"{COURSE}:4: error: “order” must be a number from 0 to 999."),
        (COURSE, "2027-06-30", "soon", f"{COURSE}:6: error: “review_by” must be a day such as 2027-06-30."),
        (COURSE, "posts: [agent]", "posts: [pilot]", f"{COURSE}:1: error: There is no profile “pilot”."),
        (COURSE, "posts: [agent]", "posts: [agent, Agent]", f"{COURSE}:3: error: “posts”: “Agent” is no name of ours."),
        (COURSE, "posts: [agent]", "posts: [agent, agent]", f"{COURSE}:3: error: “posts” names something twice."),
        (COURSE, "owner: Desk\n", "owner:\n", f"{COURSE}:5: error: “owner” is missing."),
        (COURSE, "summary: {zh: 概述, en: What it is}\n", "", f"{COURSE}:1: error: “summary” is missing."),
        (COURSE, "review_by: 2027-06-30\n", "", f"{COURSE}:1: error: “review_by” is missing."),
        (PROGRAMME, "caps: {", "cap: {", f"{PROGRAMME}:1: error: “caps” is missing."),
        (COURSE, "owner: Desk", 'owner: " "', f"{COURSE}:5: error: “owner” is empty."),
        (COURSE, "owner: Desk", "owner: [a]", f"{COURSE}:5: error: “owner” must be a text."),
        (COURSE, "owner: Desk", f"owner: {'x' * 121}", f"{COURSE}:5: error: “owner” is longer than 120 characters."),
        (COURSE, "owner: Desk", 'owner: "a\\0b"', f"{COURSE}:5: error: “owner” holds a character that is no text."),
        (COURSE, "owner: Desk", "owner: !!python/object:os.system x", f"{COURSE}:5: error: Tags (!) are not used"),
        (COURSE, "owner: Desk", "owner: &a Desk", f"{COURSE}:5: error: Anchors (&)"),
        (COURSE, "owner: Desk", "owner: " + "[" * 20 + "]" * 20, f"{COURSE}:5: error: This is nested too deeply."),
        (COURSE, "owner: Desk", "owner: [Desk", f"{COURSE}:6: error: YAML: "),
        (COURSE, "owner: Desk", 'owner: "a\x07b"', f"{COURSE}:1: error: The file holds characters that YAML does not allow."),
        # profile
        (PROFILE, "questions: [b-01-01]", "questions: []", f"{PROFILE}:3: error: No question confirms the minimum point “b-greet”."),
        (PROFILE, "[b-01-01]", "[b-99-99]", f"{PROFILE}:3: error: There is no question “b-99-99”."),
        (PROFILE, "01-hello]", "09-none]", f"{PROFILE}:3: error: There is no lesson “basics/09-none”."),
        (PROFILE, "kind: skill", "kind: luck", f"{PROFILE}:3: error: “kind” must be one of: knowledge, skill, attitude."),
        (PROFILE, "minimum: true", "minimum: maybe", f"{PROFILE}:3: error: “minimum” must be true or false."),
        # programme
        (PROGRAMME, "post: agent", "post: pilot", f"{PROGRAMME}:1: error: There is no profile “pilot”."),
        (PROGRAMME, "courses: [basics]}\n  - {slug: listen", "courses: [x]}\n  - {slug: listen", f"{PROGRAMME}:6: error: There is no course “x”."),
        (PROGRAMME, "slug: listen", "slug: study", f"{PROGRAMME}:7: error: “study” exists twice."),
        (PROGRAMME, "days: [11, 20]", "days: [10, 20]", f"{PROGRAMME}:7: error: The stage begins before"),
        (PROGRAMME, "days: [11, 20]", "days: [11, 21]", f"{PROGRAMME}:7: error: The stage ends after the last day"),
        (PROGRAMME, "days: [11, 20]", "days: [11]", f"{PROGRAMME}:7: error: “days” are the first and the last working day"),
        (PROGRAMME, "draw: 3", "draw: 30", f"{PROGRAMME}:9: error: The quiz draws 30 questions; its courses have 5."),
        (PROGRAMME, "purpose: daily, courses: [basics]", "purpose: daily, courses: [x]", f"{PROGRAMME}:9: error: There is no course “x”."),
        (PROGRAMME, "after_stage: listen", "after_stage: end", f"{PROGRAMME}:12: error: There is no stage “end”."),
        (PROGRAMME, "kind: lessons, courses: [basics]", "kind: lessons, courses: [x]", f"{PROGRAMME}:19: error: There is no course “x”."),
        (PROGRAMME, "quiz: daily", "quiz: weekly", f"{PROGRAMME}:20: error: The programme has no quiz “weekly”."),
        (PROGRAMME, "scorecard: call", "scorecard: none", f"{PROGRAMME}:21: error: There is no scorecard “none”."),
        (PROGRAMME, "slug: mentor", "slug: calls", f"{PROGRAMME}:22: error: “calls” exists twice."),
        (PROGRAMME, "kind: coverage", "kind: luck", f"{PROGRAMME}:23: error: “kind” must be one of: lessons, quiz"),
        (PROGRAMME, "[mon, tue]", "[monday]", f"{PROGRAMME}:4: error: “working_days” is longer than 3 characters."),
        (PROGRAMME, "[mon, tue]", "[mon, foo]", f"{PROGRAMME}:4: error: “foo” is no day of the week"),
        (PROGRAMME, "new_points: 16", "new_points: 6", f"{PROGRAMME}:3: error: The target “new_points_target” is above its cap."),
        # scorecard
        (CARD, '"0": {zh: 差, en: Bad}, ', "", f"{CARD}:4: error: The criterion lacks the anchor for 0."),
        (CARD, "critical: true", "critical: false", f"{CARD}:1: warning: 0 criteria are critical; 2 or 3 work best."),
        (CARD, "slug: c-2,", "slug: c-1,", f"{CARD}:6: error: “c-1” exists twice."),
        (CARD, "weight: 1.5", "weight: 0", f"{CARD}:4: error: “weight” must be a number from 0.1 to 100."),
        # track
        (TRACK, "gate: go-live", "gate: none", f"{TRACK}:8: error: No programme has a gate “none”."),
        (TRACK, "from: live", "from: nowhere", f"{TRACK}:16: error: The track has no rung “nowhere”."),
        (TRACK, "rungs: [{slug: lead", "rungs: [{slug: live", f"{TRACK}:16: error: “live” exists twice."),
        (TRACK, "{zh: 管, en: Lead}", '{zh: "", en: Lead}', f"{TRACK}:16: error: “title.zh” is empty."),
        (TRACK, "  - {slug: up, from", "  - nothing\n  - {slug: up, from", f"{TRACK}:16: error: A group of"),
        (COURSE, "{zh: 基础, en: Basics}", "{zh: 基础, en: [a]}", f"{COURSE}:1: error: “title.en” must be a text."),
        (COURSE, "order: 1", "order: 1\nBasics: {a: b}\n? [a]\n: b", f"{COURSE}:5: error: “Basics” is not known here"),
        (PROFILE, "slug: b-greet", "slug: B_greet", f"{PROFILE}:3: error: “slug” must be lower-case Latin letters"),
        (PROFILE, "minimum: true, ", "", f"{PROFILE}:3: error: “minimum” is missing."),
        (PROGRAMME, "fresh_days: 30", "fresh_days: 0", f"{PROGRAMME}:20: error: “fresh_days” must be a number from 1 to 3650."),
        (PROGRAMME, "min_percent: 80, ", "", ""),
        (TRACK, "stars: 1", "stars: 6", f"{TRACK}:9: error: “stars” must be a number from 0 to 5."),
    ],
)  # fmt: skip
def test_a_breach_is_said_by_file_and_line(shelf: Shelf, file: str, old: str, new: str, expected: str) -> None:
    shelf.swap(file, old, new)
    assert expected in told(shelf)


def test_what_is_missing_is_named(shelf: Shelf) -> None:
    shelf.remove(HELLO_ZH)
    shelf.remove(ASKED)
    text = told(shelf)
    assert f"{HELLO_ZH}:1: error: The lesson lacks this translation." in text
    assert f"{HELLO}:12: error: There is no question “b-01-01” in questions.yaml." in text
    assert f"{PROFILE}:3: error: There is no question “b-01-01”." in text


def test_empty_things_are_named(shelf: Shelf) -> None:
    shelf.write(PROFILE, "title: {zh: 客服, en: Agent}\npoints: []\n")
    shelf.write(CARD, "title: {zh: 通话, en: Call}\npass_percent: 80\ncriteria: []\n")
    shelf.write(TRACK, "title: {zh: 路, en: Road}\nrungs: []\n")
    shelf.swap(PROGRAMME, "requirements:", "requirements: []\nrest:")
    text = told(shelf)
    for said in (
        "The profile has no points.",
        "The scorecard has no criteria.",
        "The track has no rungs.",
        "asks for nothing",
    ):
        assert said in text


def test_a_programme_without_stages_and_a_card_with_few_criteria_are_named(shelf: Shelf) -> None:
    shelf.write(
        "programmes/bare.yaml",
        "title: {zh: 空, en: Bare}\npost: agent\ncaps: {new_points_target: 1, new_points: 2, minutes_target: 1, minutes: 2}\n"
        "calendar: {working_days: [mon], days: 1}\nstages: []\nquizzes:\n"
        "  - {slug: daily, title: {zh: 日测, en: Daily}, purpose: daily, courses: [basics], draw: 3, limit_minutes: 5,\n"
        "     pass_percent: 80, attempts: 2, feedback: at_once}\n",
    )
    shelf.write(CARD, "\n".join((shelf.root / CARD).read_text().split("\n")[:5]) + "\n")
    text = told(shelf)
    assert "programmes/bare.yaml:1: error: The programme has no stages." in text
    assert "error: A quiz “daily” exists already." in text
    assert f"{CARD}:1: warning: The scorecard has 1 criteria; 8 to 15 work best." in text


def test_a_question_of_another_competency_is_no_good_proof(shelf: Shelf) -> None:
    shelf.write(PROFILE, (shelf.root / PROFILE).read_text().replace("slug: b-greet", "slug: b-other") + (
        "  - {slug: b-greet, group: {zh: 基础, en: Basics}, kind: skill, minimum: false, title: {zh: 问候, en: Greets}}\n"
    ))  # fmt: skip
    assert f"{PROFILE}:3: warning: Question b-01-01 is of the competency “b-greet”." in told(shelf)


def test_courses_and_lessons_with_one_number_are_named(shelf: Shelf) -> None:
    shelf.write("more/course.yaml", (shelf.root / COURSE).read_text())
    (shelf.root / "basics/02-again").rename(shelf.root / "basics/01-twice")
    text = told(shelf)
    assert "more/course.yaml:1: error: The course has no lessons." in text
    assert "more/course.yaml:1: warning: Course basics has the same “order”." in text
    assert "basics/01-twice:1: error: Lesson 01-hello has the same number." in text


def test_names_on_disk_follow_a_form(shelf: Shelf) -> None:
    shelf.write("Big_Course/course.yaml", "x")
    shelf.write("nothing/readme.txt", "x")
    shelf.write("basics/intro/lesson.en.md", "x")
    shelf.write("profiles/Agent 2.yaml", "x")
    shelf.write("profiles/notes.txt", "x")
    shelf.write("basics/01-hello/extra.txt", "x")
    shelf.write("README.md", "x")
    shelf.write(".hidden/x", "x")
    shelf.write("basics/01-hello/media/a/b/c/d/e", "x")
    text = told(shelf)
    for line in (
        "Big_Course:1: error: A folder's name is lower-case",
        "nothing:1: error: The folder has no course.yaml.",
        "basics/intro:1: error: A lesson's folder is named like",
        "profiles/Agent 2.yaml:1: error: A file's name is lower-case",
        "profiles/notes.txt:1: warning: This file is not part of a library",
        "basics/01-hello/extra.txt:1: warning: This file is not part of a lesson",
        "README.md:1: warning: This file is not part of a library",
        "basics/01-hello/media/a/b/c/d:1: warning: Nothing is read this deep",
    ):
        assert line in text
    assert "hidden" not in text


def test_files_that_hold_no_text_are_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    (shelf.root / COURSE).write_bytes(b"title: ok\nowner: \xff\xfe\n")
    (shelf.root / HELLO).write_bytes(b"\xff")
    (shelf.root / PROFILE).write_bytes(b"\xff")
    shelf.write(ASKED, "")
    shelf.write(TWO, "title: no list\n")
    shelf.write(CARD, "- a list\n")
    shelf.write(TRACK, "# nothing\n")
    os.mkfifo(shelf.root / "pipe")
    monkeypatch.setattr("lms.content.ondisk.tree.LARGEST_TEXT", 600)
    text = told(shelf)
    for line in (
        f"{COURSE}:2: error: This is not UTF-8 text.",
        f"{HELLO}:1: error: This is not UTF-8 text.",
        f"{CARD}:1: error: A group of “key: value” lines is expected here.",
        f"{TRACK}:1: error: The file is empty.",
        f"{PROGRAMME}:1: error: The file is larger than 600 bytes.",
        "pipe:1: error: This is no ordinary file.",
    ):
        assert line in text, text


def test_questions_that_are_no_list_are_refused(shelf: Shelf) -> None:
    shelf.write(ASKED, "title: no list\n")
    shelf.write(TWO, "- no question\n")
    text = told(shelf)
    assert f"{ASKED}:1: error: Questions are a list" in text
    assert f"{TWO}:1: error: A group of “key: value” lines" in text


def test_a_windows_file_reads_like_any_other(shelf: Shelf) -> None:
    for name in (HELLO, COURSE, ASKED):
        text = (shelf.root / name).read_text(encoding="utf-8")
        (shelf.root / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert told(shelf) == ""


def test_links_out_of_the_tree_are_never_followed(shelf: Shelf, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (shelf.root / HELLO).unlink()
    (shelf.root / HELLO).symlink_to(secret)
    (shelf.root / "elsewhere").symlink_to(tmp_path)
    text = told(shelf)
    assert f"{HELLO}:1: error: Symbolic links are not followed" in text
    assert "elsewhere:1: error: Symbolic links are not followed" in text
    assert "secret.md" not in text.replace("elsewhere", "")


def test_too_many_files_are_not_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.content.ondisk.tree.MOST_FILES", 3)
    assert ".:1: error: There are more than 3 files." in told(shelf)


def test_no_folder_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    assert [finding.sentence() for finding in check(read_library(tmp_path / "none"))] == ["There is no folder here."]
    assert [finding.sentence() for finding in check(read_library(tmp_path))] == ["The folder is empty."]


def test_a_file_that_may_not_be_read_is_said(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "course.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert f"{COURSE}:1: error: The file cannot be read: Permission denied" in told(shelf)


def test_every_finding_has_one_place_and_errors_are_told_apart(shelf: Shelf) -> None:
    shelf.swap(HELLO, "==", "")
    shelf.write("README.md", "x")
    findings = found(shelf)
    assert len(set(findings)) == len(findings)
    assert all(finding.file and finding.line >= 1 for finding in findings)
    assert {finding.level for finding in findings} == {"error", "warning"}
    assert {finding.level for finding in errors(findings)} == {"error"}
