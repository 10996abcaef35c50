"""The bank: found by filters, reviewed, tagged, edited through drafts; files come in by the line and go out."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.authoring.actions import banking
from lms.authoring.actions.drafts import open_draft
from lms.authoring.bankfiles import open_bank, write_bank
from lms.authoring.models import DraftPart
from lms.authoring.parking import banks as parking
from lms.authoring.queries.bank import alike, outgoing_values, question_page
from lms.authoring.rules.banking import Change, tagged, tags_of
from lms.courses.models import Lesson
from lms.errors import NotFound, Refused
from lms.quizzes.models import ItemRollup, Question, QuestionVersion, Quiz
from lms.quizzes.queries.bank import Wanted, bank_page
from lms.quizzes.queries.pools import pool
from lms.quizzes.rules.formats.items import UNTRANSLATED
from lms.settings import Settings
from lms.storage import Storage
from tests.authoring.writers import identity
from tests.content.shelf import Shelf
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


def some(session: Session) -> Question:
    return session.scalars(select(Question).order_by(Question.id).limit(1)).one()


@pytest.mark.usefixtures("library")
class TestActions:
    def test_what_is_withheld_is_drawn_no_more_until_it_is_approved(
        self, session: Session, trainer: Person, second: Person, now: datetime
    ) -> None:
        question = some(session)
        quiz = session.scalars(select(Quiz)).first()
        assert quiz is not None
        before = {each.question_id for each in pool(session, quiz.id)}
        count = banking.review(session, who(session, trainer), [question.id], "withheld", "Key?", now=now)
        assert (count, question.review_state) == (1, "withheld")
        assert {each.question_id for each in pool(session, quiz.id)} == before - {question.id}
        with pytest.raises(Refused) as refused:
            banking.review(session, who(session, trainer), [question.id], "approved", "Fine", now=now)
        assert refused.value.code == "not_your_own_withheld"
        banking.review(session, who(session, second), [question.id], "approved", "Looked at", now=now)
        assert {each.question_id for each in pool(session, quiz.id)} == before
        reviews = question_page(session, question.id).reviews
        assert [(each.state, each.note) for each in reviews] == [("approved", "Looked at"), ("withheld", "Key?")]

    def test_reviewing_what_is_so_already_changes_nothing(
        self, session: Session, trainer: Person, now: datetime
    ) -> None:
        question = some(session)
        for expected in (1, 0):
            assert banking.review(session, who(session, trainer), [question.id], "approved", "x", now=now) == expected

    def test_nobody_but_a_trainer_and_no_question_that_is_not_there(
        self, session: Session, make: Make, trainer: Person, now: datetime
    ) -> None:
        with pytest.raises(NotFound):
            banking.review(
                session, identity(make.learner(), Role.LEARNER), [some(session).id], "approved", "x", now=now
            )
        with pytest.raises(NotFound):
            banking.tag(session, who(session, trainer), [999_999], ["x"], ())

    def test_tags_come_and_go(self, session: Session, trainer: Person) -> None:
        question, actor = some(session), who(session, trainer)
        assert banking.tag(session, actor, [question.id], ["投诉", "calm"], ()) == 1
        assert banking.tag(session, actor, [question.id], ["calm"], ()) == 0
        assert banking.tag(session, actor, [question.id], (), {"calm"}) == 1
        assert question.tags == ["投诉"]
        assert [row.question.id for row in bank_page(session, Wanted(tag="投诉")).rows] == [question.id]
        banking.retag(session, actor, question.id, ["a"])
        assert question.tags == ["a"]

    def test_level_competency_and_retirement_go_into_the_draft_alone(
        self, session: Session, trainer: Person, now: datetime
    ) -> None:
        question, actor = some(session), who(session, trainer)
        (draft_id,) = banking.revise(session, actor, [question.id], Change("level", "3"), now=now)
        assert f"id: {question.ref}" in text(session, draft_id)
        assert "level: 3" in text(session, draft_id)
        banking.revise(session, actor, [question.id], Change("competency", "other-one"), now=now)
        assert "competency: other-one" in text(session, draft_id)
        banking.revise(session, actor, [question.id], Change("retire"), now=now)
        assert f"id: {question.ref}" not in text(session, draft_id)
        assert question.retired_at is None
        banking.revise(session, actor, [question.id], Change("level", "2"), now=now)
        banking.revise(session, actor, [question.id], Change("revive"), now=now)
        banking.revise(session, actor, [question.id], Change("revive"), now=now)
        assert text(session, draft_id).count(f"id: {question.ref}") == 1

    def test_a_draft_that_cannot_be_read_and_a_retired_lesson_are_refused(
        self, session: Session, trainer: Person, now: datetime
    ) -> None:
        question, actor = some(session), who(session, trainer)
        draft_id = open_draft(session, actor, question.lesson_id, now=now)
        session.get_one(DraftPart, (draft_id, "questions")).text = "- id: ["
        session.flush()
        with pytest.raises(Refused) as refused:
            banking.revise(session, actor, [question.id], Change("retire"), now=now)
        assert refused.value.code == "mend_yaml"
        session.get_one(Lesson, question.lesson_id).retired_at = now
        with pytest.raises(Refused) as refused:
            banking.revise(session, actor, [question.id], Change("retire"), now=now)
        assert refused.value.code == "lesson_retired"

    def test_questions_of_a_file_come_into_the_draft_with_ids_of_their_own(
        self, session: Session, trainer: Person, now: datetime
    ) -> None:
        question, actor = some(session), who(session, trainer)
        report = open_bank("x.gift", GIFT, "call-opening", {"call-opening"}, [])
        questions = [line.question for line in report.taken if line.question]
        draft_id, count = banking.bring_in(
            session, actor, question.lesson_id, [(each, ()) for each in questions], now=now
        )
        written = text(session, draft_id)
        assert count == 2
        assert UNTRANSLATED["zh"].strip() in written
        refs = [line for line in written.splitlines() if line.startswith("- id:")]
        assert len(refs) == len(set(refs))

    def test_a_lesson_that_is_gone_or_a_list_too_long_is_refused(
        self, session: Session, trainer: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        actor = who(session, trainer)
        with pytest.raises(NotFound):
            banking.bring_in(session, actor, 999_999, [], now=now)
        monkeypatch.setattr(banking, "LONGEST", 10)
        report = open_bank("x.gift", GIFT, "call-opening", (), [])
        questions = [line.question for line in report.taken if line.question]
        with pytest.raises(Refused) as refused:
            banking.bring_in(session, actor, some(session).lesson_id, [(each, ()) for each in questions], now=now)
        assert refused.value.code == "draft_too_long"


def who(_session: Session, person: Person) -> Any:
    return identity(person)


def text(session: Session, draft_id: int) -> str:
    return session.get_one(DraftPart, (draft_id, "questions"), populate_existing=True).text


GIFT = b"""Within how many rings do you answer? {=Three ~Nine}

Broken {

A transfer needs consent.{T}

Essay {}
"""


def test_tags_are_parted_and_bounded() -> None:
    assert tags_of("a, b，c、a\n d  e ,") == ("a", "b", "c", "d e")
    assert len(tagged([str(n) for n in range(40)], ["x"], {"3"})) == 12


def test_a_report_says_of_each_line_what_becomes_of_it() -> None:
    report = open_bank("x.gift", GIFT, "c-1", {"c-1"}, [])
    assert [(line.line, line.question is not None) for line in report.lines] == [
        (1, True),
        (3, False),
        (5, True),
        (7, False),
    ]
    assert report.lines[0].question is not None
    assert report.lines[0].question.competency == "c-1"


def test_what_the_bank_asks_already_is_marked() -> None:
    from lms.quizzes.rules.duplicates import Stem

    here = [Stem(1, {"en": "<p>within how many rings, do you answer</p>"})]
    first, *_others = open_bank("x.gift", GIFT, "c-1", (), here).lines
    assert first.is_here


def test_what_could_not_be_read_back_is_refused() -> None:
    report = open_bank("x.gift", b"Q? {=a ~b}", "No Slug", (), [])
    assert [line.question for line in report.lines] == [None]


@pytest.mark.parametrize("data", [b"- id: x", b"\xff\xfe\x00", b"[", b"- {id: a, kind: single}"])
def test_a_list_of_ours_that_is_wrong_brings_nothing(data: bytes) -> None:
    report = open_bank("x.yaml", data, "c", (), [])
    assert report.taken == ()
    assert report.lines


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x05\x06" + b"\x00" * 18])
def test_a_zip_that_is_none_brings_nothing(data: bytes) -> None:
    assert open_bank("x.zip", data, "c", (), []).taken == ()


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("form", ["gift", "moodle_xml", "qti_21", "yaml"])
def test_what_goes_out_comes_in_again(session: Session, form: str) -> None:
    values, items = outgoing_values(session, Wanted())
    made = write_bank(form, values, items, "both")
    report = open_bank(made.name, made.body, "none", {value.competency for value in values}, [])
    assert [line.findings for line in report.lines if line.question is None] == []
    for line, value in zip(report.lines, values, strict=True):
        assert line.question is not None
        back = (
            line.question.kind,
            line.question.stem,
            line.question.options,
            line.question.level,
            line.question.competency,
        )
        assert back == (value.kind, value.stem, value.options, value.level, value.competency)


class TestPages:
    def test_filters_find_what_they_name(self, session: Session, make: Make) -> None:
        course = make.course()
        lesson = make.lesson(course)
        plain = make.question(lesson, stem={"zh": "先说什么？", "en": "What first?"}, level=2)
        marked = make.question(
            lesson, "true_false", stem={"zh": "〔未译〕 Say it", "en": "Say 100% it"}, competency="other"
        )
        gone = make.question(lesson)
        gone.retired_at = make.now
        session.flush()

        def ids(**asked: Any) -> list[int]:
            return [row.question.id for row in bank_page(session, Wanted(**asked)).rows]

        assert ids() == [plain.id, marked.id]
        assert ids(retired="retired") == [gone.id]
        assert ids(retired="all") == [plain.id, marked.id, gone.id]
        assert ids(words="先说") == ids(words="what FIRST") == ids(level=2) == [plain.id]
        assert (
            ids(words="100%")
            == ids(untranslated=True)
            == ids(competency="other")
            == ids(kind="true_false")
            == [marked.id]
        )
        assert ids(words="%") == [marked.id]
        assert ids(course=course.slug, lesson=lesson.id, state="unreviewed") == [plain.id, marked.id]
        assert ids(course="no-such") == ids(words=plain.ref + "x") == []
        assert ids(words=plain.ref) == [plain.id]

    def test_sums_are_those_of_the_present_version_and_drawn_of_all(self, session: Session, make: Make) -> None:
        quiz = make.quiz(questions=1)
        question = some(session)
        old = session.scalars(select(QuestionVersion)).one()
        new = make.add(
            QuestionVersion(
                **{
                    c.key: getattr(old, c.key)
                    for c in QuestionVersion.__table__.columns
                    if c.key not in ("id", "version")
                },
                version=2,
            )
        )
        question.version = 2
        make.add(ItemRollup(quiz_id=quiz.id, version_id=old.id, drawn=30, n=30, marks=3.0))
        make.add(ItemRollup(quiz_id=quiz.id, version_id=new.id, drawn=20, n=20, marks=15.0))
        (row,) = bank_page(session, Wanted()).rows
        assert (row.sums.drawn, row.sums.n, row.sums.facility, row.sums.exposure) == (50, 20, 0.75, None)
        assert bank_page(session, Wanted(never_drawn=True)).rows == ()

    def test_the_list_takes_as_many_statements_for_few_as_for_many(
        self, make: Make, session: Session, client_of: Browser, trainer: Person, statements: Any
    ) -> None:
        lesson = make.lesson()
        browser = client_of(trainer)
        counts = []
        for more in (1, 60):
            for _ in range(more):
                make.question(lesson)
            session.commit()
            with statements() as counted:
                assert browser.get("/bank").status_code == 200
            counts.append(len(counted))
        assert counts[0] == counts[1] <= 12

    def test_a_cursor_leads_through_all(
        self, make: Make, session: Session, client_of: Browser, trainer: Person
    ) -> None:
        lesson = make.lesson()
        for _ in range(51):
            make.question(lesson)
        session.commit()
        page = client_of(trainer).get("/bank").get_data(as_text=True)
        after = bank_page(session, Wanted()).next_after
        assert f"after={after}" in page
        assert client_of(trainer).get(f"/bank?after={after}").status_code == 200

    @pytest.mark.parametrize(
        "query",
        [
            "?level=x&lesson=-1&after=99999999999999999999",
            "?kind=no&state=no&retired=no&q=%25",
            "?tag=%22&untranslated=1&never_drawn=1",
        ],
    )
    def test_any_query_is_answered(self, client_of: Browser, trainer: Person, query: str) -> None:
        browser = client_of(trainer)
        for path in ("/bank", "/bank/duplicates", "/bank/export"):
            assert browser.get(path + query).status_code == 200

    @pytest.mark.usefixtures("library")
    def test_a_question_is_shown_tried_reviewed_and_tagged(
        self, session: Session, client_of: Browser, trainer: Person
    ) -> None:
        browser, question = client_of(trainer), some(session)
        address = f"/bank/questions/{question.id}"
        assert question.ref in browser.get(address).get_data(as_text=True)
        for sent in ({}, {"response": "a"}, {"response": "no-such"}, {"response": ["x"] * 50}):
            assert browser.post(f"{address}/trial", data=sent).status_code == 200
        assert browser.post(f"{address}/review", data={"state": "withheld"}).status_code == 422
        assert browser.post(f"{address}/review", data={"state": "withheld", "note": "Key?"}).status_code == 303
        assert browser.post(f"{address}/review", data={"state": "approved", "note": "Mine"}).status_code == 409
        assert browser.post(f"{address}/tags", data={"tags": "x" * 500}).status_code == 422
        assert browser.post(f"{address}/tags", data={"tags": "calm, 投诉"}).status_code == 303
        session.expire_all()
        assert some(session).tags == ["calm", "投诉"]

    @pytest.mark.parametrize("kind", ["single", "multiple", "true_false", "numeric", "short_text"])
    def test_each_kind_can_be_tried(
        self, make: Make, session: Session, client_of: Browser, trainer: Person, kind: str
    ) -> None:
        question = make.question(make.lesson(), kind)
        session.commit()
        found = client_of(trainer).post(
            f"/bank/questions/{question.id}/trial", data={"response": ["a", "true", "45"][:1]}
        )
        assert found.status_code == 200

    @pytest.mark.usefixtures("library")
    @pytest.mark.parametrize(
        ("act", "more"),
        [
            ("add_tags", {"tags": "x"}),
            ("remove_tags", {"tags": "x"}),
            ("approve", {"note": "Read"}),
            ("withhold", {"note": "Key?"}),
            ("level", {"level": "2"}),
            ("retire", {}),
            ("revive", {}),
        ],
    )
    def test_many_are_changed_after_a_yes(
        self, session: Session, client_of: Browser, trainer: Person, act: str, more: dict[str, str]
    ) -> None:
        browser = client_of(trainer)
        sent = {"act": act, "question": [question.id for question in session.scalars(select(Question).limit(2))]}
        assert browser.post("/bank/changes", data=sent).status_code == 200
        answer = browser.post("/bank/changes", data=sent | more | {"sure": "1"})
        assert answer.status_code == 303
        if more and act != "level":
            assert browser.post("/bank/changes", data=sent | {"sure": "1"}).status_code == 422

    @pytest.mark.parametrize("sent", [{}, {"question": "x"}, {"question": [str(n) for n in range(1, 300)]}])
    def test_without_questions_nothing_is_asked(
        self, client_of: Browser, trainer: Person, sent: dict[str, Any]
    ) -> None:
        assert client_of(trainer).post("/bank/changes", data=sent | {"act": "approve"}).status_code == 303

    @pytest.mark.usefixtures("library")
    def test_a_refused_change_says_why(
        self, session: Session, client_of: Browser, trainer: Person, now: datetime
    ) -> None:
        question = some(session)
        session.get_one(Lesson, question.lesson_id).retired_at = now
        session.commit()
        sent = {"act": "retire", "question": question.id, "sure": "1"}
        assert client_of(trainer).post("/bank/changes", data=sent).status_code == 409

    def test_pairs_are_listed_from_the_likeness_that_is_asked_for(
        self, make: Make, session: Session, client_of: Browser, trainer: Person
    ) -> None:
        lesson = make.lesson()
        one = make.question(lesson, stem={"zh": "电话响几声之内接听？", "en": "Answer within how many rings?"})
        make.question(lesson, stem={"zh": "电话响几声之内要接听？", "en": "Within how many rings to answer?"})
        session.commit()
        assert alike(session, 0.9)[0] == ()
        (pair,), count, complete = alike(session, 0.5)
        assert (pair.one.question.id, count, complete) == (one.id, 1, True)
        assert one.ref in client_of(trainer).get("/bank/duplicates?alike=50").get_data(as_text=True)

    @pytest.mark.usefixtures("library")
    def test_a_file_is_looked_into_ticked_and_taken(
        self, session: Session, client_of: Browser, trainer: Person
    ) -> None:
        browser, lesson = client_of(trainer), some(session).lesson_id
        assert browser.get("/bank/import").status_code == 200
        competency = some(session).competency
        sent = {"lesson": str(lesson), "competency": competency, "file": (io.BytesIO(GIFT), "bank.gift")}
        assert browser.post("/bank/import", data={"lesson": str(lesson), "competency": competency}).status_code == 422
        assert (
            browser.post("/bank/import", data=sent | {"lesson": "0", "file": (io.BytesIO(GIFT), "b")}).status_code
            == 422
        )
        assert browser.post("/bank/import", data=sent).status_code == 303
        page = browser.get("/bank/import").get_data(as_text=True)
        seal = page.partition('name="seal" value="')[2].partition('"')[0]
        assert len(seal) == 64
        assert browser.post("/bank/import/confirmation", data={"seal": seal}).status_code == 422
        assert browser.post("/bank/import/confirmation", data={"seal": "other", "place": "0"}).status_code == 303
        answer = browser.post("/bank/import/confirmation", data={"seal": seal, "place": ["0", "99"]})
        assert "/drafts/" in answer.location
        assert "rings do you answer" in browser.get(answer.location).get_data(as_text=True)
        assert browser.post("/bank/import/removal").status_code == 303

    @pytest.mark.usefixtures("library")
    @pytest.mark.parametrize("form", ["gift", "moodle_xml", "qti_21", "yaml", "no-such"])
    def test_a_selection_goes_out_with_the_list_of_what_stays(
        self, client_of: Browser, trainer: Person, form: str
    ) -> None:
        browser = client_of(trainer)
        assert browser.get(f"/bank/export?form={form}&language=zh").status_code == 200
        answer = browser.get(f"/bank/export/file?form={form}&language=both")
        assert "question-bank" in answer.headers["Content-Disposition"]
        assert browser.get("/bank/export/file?q=no+question+says+this").status_code == 404

    def test_strangers_find_nothing(self, make: Make, client_of: Browser) -> None:
        browser = client_of(make.learner())
        for path in ("/bank", "/bank/import", "/bank/export", "/bank/duplicates", "/bank/questions/1"):
            assert browser.get(path).status_code == 404


def test_a_file_waits_a_day_and_only_as_it_was(settings: Settings, now: datetime) -> None:
    store = Storage(settings)
    assert parking.parked(store, 987, now=now) is None
    assert parking.pictures_of(store, 987) == b""
    sent = parking.Sent("x.gift", b"F", 7, "c")
    parking.park(store, 987, sent, b"Q", b"P", now=now)
    found = parking.parked(store, 987, now=now)
    assert found is not None
    assert (found[0].lesson_id, found[1], parking.pictures_of(store, 987)) == (7, b"Q", b"P")
    assert parking.parked(store, 987, now=now + timedelta(hours=25)) is None
    parking.park(store, 987, sent, b"Q", b"P", now=now)
    store.put("banks/987.report", b"other", content_type="x")
    assert parking.parked(store, 987, now=now) is None


def test_the_library_is_whole(library: Shelf) -> None:
    assert library is not None
