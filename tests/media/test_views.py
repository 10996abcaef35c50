"""Who may fetch the files of a lesson: whoever may read a text that shows them."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from tests.make import Make
from tests.media import samples
from tests.media.conftest import Desk

Browser = Callable[[Person], FlaskClient]


def test_whoever_may_read_a_lesson_may_fetch_its_files(
    desk: Desk, make: Make, client_of: Browser, session: Session
) -> None:
    name = desk.bring(samples.picture(), "夜里 desk.png").get_json()["name"]
    desk.show(session, name)
    address = f"/lessons/{desk.lesson.id}/media/{name}"
    reader = client_of(make.learner())
    there = reader.get(address)
    assert there.status_code == 302
    assert reader.get(there.headers["Location"]).headers["Content-Type"] == "image/webp"
    assert reader.get(f"/lessons/{desk.lesson.id}/media/none.webp").status_code == 404
    assert reader.get(f"/courses/{desk.course.slug}/lessons/{desk.lesson.slug}/media/{name}").status_code == 404
    assert client_of(make.person("learner")).get(address).status_code == 404
    assert client_of(make.person("trainer")).get(address).status_code == 302


def test_what_no_published_text_shows_is_for_who_writes_alone(
    desk: Desk, make: Make, client_of: Browser, session: Session
) -> None:
    shown, planned = (desk.bring(samples.picture("png", (n, 9)), f"{n}.png").get_json()["name"] for n in (8, 9))
    desk.show(session, shown)
    begun, fresh = make.learner(), make.learner()
    make.progress(begun, desk.lesson)
    desk.revise(session)
    found = {
        (who.id, name): client_of(who).get(f"/lessons/{desk.lesson.id}/media/{name}").status_code
        for who in (begun, fresh)
        for name in (shown, planned)
    }
    assert found == {
        (begun.id, shown): 302,  # the text they are in the middle of
        (begun.id, planned): 404,
        (fresh.id, shown): 404,  # no text has it any more
        (fresh.id, planned): 404,
    }
    assert desk.browser.get(f"/lessons/{desk.lesson.id}/media/{planned}").status_code == 302
    assert client_of(make.person("adviser")).get(f"/lessons/{desk.lesson.id}/media/{planned}").status_code == 404


def test_nobody_fetches_without_signing_in(desk: Desk, client: FlaskClient) -> None:
    name = desk.bring(samples.picture(), "a.png").get_json()["name"]
    assert client.get(f"/lessons/{desk.lesson.id}/media/{name}").headers["Location"].startswith("/sign-in")


def test_a_file_costs_three_questions_however_many_there_are(
    desk: Desk, make: Make, client_of: Browser, statements: Callable[[], Any], session: Session
) -> None:
    reader = client_of(make.learner())
    counts, names = [], []
    for size in ((9, 9), (8, 8), (7, 7)):
        names.append(desk.bring(samples.picture("png", size), "a.png").get_json()["name"])
        desk.show(session, *names)
        with statements() as ran:
            assert reader.get(f"/lessons/{desk.lesson.id}/media/{names[-1]}").status_code == 302
        counts.append(len(ran))
    assert len(set(counts)) == 1
    assert counts[0] <= 4
