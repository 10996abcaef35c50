"""Reports as trainers, HR and advisers see them; keys in doubt and what came of them."""

import csv
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.keys import check_key
from lms.quizzes.models import ItemRollup, OptionRollup, Question, QuestionVersion, Quiz, ScoreRollup
from lms.quizzes.queries import reports
from lms.quizzes.queries.keys import question_report, suspects
from tests.make import Make

ClientOf = Callable[..., FlaskClient]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def fill(session: Session) -> Callable[..., None]:
    """Return a function that gives a quiz sums: `fill(quiz, n=40, wrong_mean=4.0)`; half of n were right."""

    def store(quiz: Quiz, *, n: int = 40, right_mean: float = 8.0, wrong_mean: float = 4.0, fixed: bool = True) -> None:
        versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).all()
        half = n // 2
        for version in versions:
            held = n if fixed or version.id % 2 else max(n - 1, 1)
            total = half * right_mean + half * wrong_mean
            row = ItemRollup(
                quiz_id=quiz.id,
                version_id=version.id,
                drawn=n,
                n=held,
                answered=held,
                marks=half,
                marks_squared=half,
                rest=total - half,
                rest_squared=half * (right_mean - 1) ** 2 + half * wrong_mean**2 + n,
                marks_rest=half * (right_mean - 1),
                sure_and_wrong=2,
            )
            session.add(row)
            for option, mean in (("a", right_mean), ("b", wrong_mean)):
                if version.kind == "single":
                    key = {"quiz_id": quiz.id, "version_id": version.id, "option": option}
                    session.add(OptionRollup(**key, chosen=half, total=half * mean))
        width = len(versions)
        for score in (width, 0):
            counts = {"n": half, "in_time": half, "passed": half if score else 0}
            session.add(ScoreRollup(quiz_id=quiz.id, score=score, max_score=width, **counts))
        session.flush()

    return store


def identity(person: Person, *grants: Grant) -> Identity:
    """A signed-in person with these roles."""
    who = {"id": person.id, "employee_no": person.employee_no, "name": person.name, "latin_name": None}
    return Identity(**who, locale="en", site_id=person.site_id, time_zone="Asia/Shanghai", grants=grants)


@pytest.fixture
def trainer(make: Make) -> Identity:
    """A trainer."""
    return identity(make.person("trainer"), Grant(Role.TRAINER))


def test_a_trainer_reads_each_question_in_words(client_of: ClientOf, make: Make, fill: Callable[..., None]) -> None:
    quiz = make.quiz(questions=5)
    fill(quiz, n=120)
    found = text(client_of(make.person("trainer")).get(f"/quizzes/{quiz.slug}/report"))
    assert "120 first attempts count here" in found
    assert found.count("tells well who knows it") == 5
    assert "50 %" in found
    assert "41–59" in found
    assert "How far scores can be trusted" in found
    assert "1.00" in found
    assert "nan" not in found.lower().replace("finance", "")


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (14, "Too few answers yet: 14 of 20"),
        (40, "Too few answers yet: 40 of 50"),
        (60, "Too few answers yet: 60 of 100"),
        (60, "not firm yet: 60 of 100"),
    ],
)
def test_nothing_is_said_under_its_least_number(
    client_of: ClientOf, make: Make, fill: Callable[..., None], n: int, words: str
) -> None:
    quiz = make.quiz()
    fill(quiz, n=n)
    assert words in text(client_of(make.person("trainer")).get(f"/quizzes/{quiz.slug}/report"))


def test_forms_that_differ_have_no_alpha(client_of: ClientOf, make: Make, fill: Callable[..., None]) -> None:
    quiz = make.quiz()
    fill(quiz, n=120, fixed=False)
    found = text(client_of(make.person("trainer")).get(f"/quizzes/{quiz.slug}/report"))
    assert "Not said: questions differ from learner to learner" in found


def test_a_quiz_that_nobody_has_sat_says_so(client_of: ClientOf, make: Make) -> None:
    quiz = make.quiz()
    found = text(client_of(make.person("trainer")).get(f"/quizzes/{quiz.slug}/report"))
    assert "No answers yet" in found
    assert "Too few answers yet: 0 of 20" in found


def test_hr_and_the_adviser_of_its_classes_see_the_whole_and_no_question(
    client_of: ClientOf, make: Make, fill: Callable[..., None]
) -> None:
    quiz, practice = make.quiz(), make.quiz(purpose="practice", questions=0)
    adviser = make.person("adviser")
    make.training_class(adviser)
    fill(quiz)
    for person in (make.person("hr"), adviser):
        found = client_of(person).get(f"/quizzes/{quiz.slug}/report")
        assert found.status_code == 200
        assert "Question by question" not in text(found)
        assert client_of(person).get(f"/quizzes/{quiz.slug}/report.csv").status_code == 404
    assert client_of(make.person("hr")).get(f"/quizzes/{practice.slug}/report").status_code == 404


@pytest.mark.parametrize("role", ["learner", "mentor", "lead", "auditor", "admin", "adviser"])
def test_for_others_and_for_advisers_of_other_programmes_there_is_no_report(
    client_of: ClientOf, make: Make, role: str
) -> None:
    quiz = make.quiz()
    assert client_of(make.person(role)).get(f"/quizzes/{quiz.slug}/report").status_code == 404


def test_the_report_takes_the_same_number_of_statements_for_two_questions_and_for_thirty(
    client_of: ClientOf, make: Make, fill: Callable[..., None], statements: Any
) -> None:
    few, many = make.quiz(questions=2), None
    fill(few)
    browser = client_of(make.person("trainer"))
    counts = []
    for quiz in (few, many):
        if quiz is None:
            quiz = make.quiz(questions=28)  # noqa: PLW2901  # made only now, so that the first has few
            fill(quiz)
        browser.get(f"/quizzes/{quiz.slug}/report")
        with statements() as ran:
            assert browser.get(f"/quizzes/{quiz.slug}/report").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 6


def test_the_file_for_a_spreadsheet_holds_numbers_and_no_formulas(
    client_of: ClientOf, session: Session, make: Make, fill: Callable[..., None]
) -> None:
    quiz = make.quiz(questions=1)
    version = session.scalars(select(QuestionVersion)).one()
    version.stem = {"zh": "<p>=1+1</p>", "en": "<p>=1+1</p>"}
    fill(quiz, n=120)
    answer = client_of(make.person("trainer")).get(f"/quizzes/{quiz.slug}/report.csv")
    head, row = csv.reader(StringIO(text(answer).removeprefix("\ufeff")))
    said = dict(zip(head, row, strict=True))
    assert said["Wording"] == "'=1+1"
    assert said["Facility"] == "0.5"
    assert said["Options"] == "a*: 50 %; b: 50 %; c: 0 %; d: 0 %"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{quiz.slug}-report.csv"'


def test_a_key_in_doubt_stands_on_the_board_the_list_and_the_question_until_somebody_decides(
    client_of: ClientOf, session: Session, make: Make, fill: Callable[..., None]
) -> None:
    quiz = make.quiz(questions=1)
    question = session.scalars(select(Question)).one()
    browser = client_of(make.person("trainer"))
    assert "No key is in doubt" in text(browser.get("/questions/key-checks"))
    fill(quiz, right_mean=4.0, wrong_mean=8.0)
    assert "The key of 1 question is in doubt." in text(browser.get("/authoring"))
    assert f"/questions/{question.id}/statistics" in text(browser.get("/questions/key-checks"))
    page = text(browser.get(f"/questions/{question.id}/statistics"))
    assert "Is the key right?" in page
    assert "Option b" in page
    sent = {"version": "1", "verdict": "kept", "note": "Asked two mentors"}
    answer = browser.post(f"/questions/{question.id}/key-checks", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/questions/{question.id}/statistics")
    assert "in doubt." not in text(browser.get("/authoring"))
    page = text(browser.get(f"/questions/{question.id}/statistics"))
    assert "Is the key right?" not in page
    assert "Asked two mentors" in page
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "key.kept")).one()
    assert entry.subject == question.ref
    again = browser.post(f"/questions/{question.id}/key-checks", data=sent)
    assert again.status_code == 409


def test_what_was_typed_stays_when_something_is_missing(
    client_of: ClientOf, session: Session, make: Make, fill: Callable[..., None]
) -> None:
    quiz = make.quiz(questions=1)
    fill(quiz, right_mean=4.0, wrong_mean=8.0)
    question = session.scalars(select(Question)).one()
    browser = client_of(make.person("trainer"))
    answer = browser.post(f"/questions/{question.id}/key-checks", data={"version": "1", "note": "Looked"})
    assert answer.status_code == 422
    assert "Looked" in text(answer)
    sent = {"version": "1", "verdict": "mended", "note": "Mended it"}
    answer = browser.post(f"/questions/{question.id}/key-checks", data=sent)
    assert answer.status_code == 409
    assert "no newer version" in text(answer)


def test_a_key_that_was_kept_is_doubted_again_when_twice_as_many_have_answered(
    session: Session, make: Make, fill: Callable[..., None], trainer: Identity, now: datetime
) -> None:
    quiz = make.quiz(questions=1)
    fill(quiz, right_mean=4.0, wrong_mean=8.0)
    found = suspects(session)
    assert [each.line.quiz.slug for each in found] == [quiz.slug]
    assert check_key(session, trainer, found[0].line.question.id, 1, "kept", "Fine", now=now) == "kept"
    assert suspects(session) == ()
    row = session.scalars(select(ItemRollup)).one()
    row.drawn = row.n = row.answered = 2 * row.n
    session.flush()
    assert len(suspects(session)) == 1


def test_a_withheld_question_is_out_of_the_list_and_back_in_it_when_somebody_approves_it_as_it_is(
    session: Session, make: Make, fill: Callable[..., None], trainer: Identity, now: datetime
) -> None:
    fill(make.quiz(questions=1), right_mean=4.0, wrong_mean=8.0)
    question = session.scalars(select(Question)).one()
    check_key(session, trainer, question.id, 1, "withheld", "Two are right", now=now)
    assert (question.review_state, question.reviewed_by_id) == ("withheld", trainer.id)
    assert suspects(session) == ()
    question.review_state = "approved"
    session.flush()
    assert len(suspects(session)) == 1


def test_a_mended_key_is_done_with_once_there_is_a_newer_version(
    session: Session, make: Make, fill: Callable[..., None], trainer: Identity, now: datetime
) -> None:
    fill(make.quiz(questions=1), right_mean=4.0, wrong_mean=8.0)
    question = session.scalars(select(Question)).one()
    with pytest.raises(Refused) as refused:
        check_key(session, trainer, question.id, 1, "mended", "Done", now=now)
    assert refused.value.code == "not_mended"
    question.version = 2
    session.flush()
    assert suspects(session)[0].mended
    check_key(session, trainer, question.id, 1, "mended", "Done", now=now)
    assert suspects(session) == ()
    assert question_report(session, question.id).decisions[0].note == "Done"


@pytest.mark.parametrize(
    ("verdict", "note", "error"),
    [("perhaps", "Why", Invalid), ("kept", " ", Invalid), ("kept", "x" * 401, Invalid), ("kept", "Fine", Refused)],
)
def test_a_decision_names_a_verdict_and_a_reason_and_needs_a_doubt(
    session: Session, make: Make, trainer: Identity, now: datetime, verdict: str, note: str, error: type[Exception]
) -> None:
    make.quiz(questions=1)
    question = session.scalars(select(Question)).one()
    with pytest.raises(error):
        check_key(session, trainer, question.id, 1, verdict, note, now=now)
    with pytest.raises(NotFound if error is Refused else error):
        check_key(session, trainer, 999_999, 1, verdict, note, now=now)


def test_questions_of_other_kinds_have_no_doubt_and_no_options(
    client_of: ClientOf, session: Session, make: Make, fill: Callable[..., None]
) -> None:
    quiz = make.quiz(questions=0)
    question = make.question(make.lesson(), "numeric")
    fill(quiz, right_mean=4.0, wrong_mean=8.0)
    assert suspects(session) == ()
    page = text(client_of(make.person("trainer")).get(f"/questions/{question.id}/statistics"))
    assert "no options to choose among" in page


def test_a_question_that_was_never_asked_says_so(client_of: ClientOf, make: Make) -> None:
    question = make.question(make.lesson())
    assert "No answers yet" in text(client_of(make.person("trainer")).get(f"/questions/{question.id}/statistics"))


def test_what_needs_somebody_comes_first() -> None:
    sums = reports.ItemSums(n=100, marks=50, marks_squared=50, rest=10, rest_squared=1001, marks_rest=-40)
    line = reports.ItemLine(Quiz(), Question(), QuestionVersion(), sums, None, None, (), suspect=True)
    assert line.rank == 0
    weak = reports.reports.discrimination(sums)
    assert reports.ItemLine(Quiz(), Question(), QuestionVersion(), sums, None, weak, (), suspect=False).rank == 1
    none = reports.Discrimination(100, 0.05)
    assert reports.ItemLine(Quiz(), Question(), QuestionVersion(), sums, None, none, (), suspect=False).rank == 2
    hard = reports.Facility(100, 0.1, 0.05, 0.2)
    assert reports.ItemLine(Quiz(), Question(), QuestionVersion(), sums, hard, None, (), suspect=False).rank == 3
    assert reports.ItemLine(Quiz(), Question(), QuestionVersion(), sums, None, None, (), suspect=False).rank == 4


def test_a_result_says_how_far_its_score_can_be_trusted_once_that_is_known(
    client_of: ClientOf, make: Make, sit: Any, fill: Callable[..., None]
) -> None:
    sitting = sit(make.quiz(questions=5))
    sitting.answer_all(3)
    sitting.submit()
    browser = client_of(sitting.learner)
    assert "No quiz measures to the point" not in text(browser.get(f"/attempts/{sitting.id}"))
    sitting.session.query(ItemRollup).delete()
    sitting.session.query(OptionRollup).delete()
    sitting.session.query(ScoreRollup).delete()
    fill(sitting.quiz, n=60)
    for row in sitting.session.scalars(select(ScoreRollup)):
        row.score = 4.0 if row.score else 1.0
    sitting.session.commit()
    found = text(browser.get(f"/attempts/{sitting.id}"))
    assert "read it as 60 ± 20 %" in found
    assert "mostly come to 40–80 %" in found
