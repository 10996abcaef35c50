"""Pairing within places, talks, and observed calls: what each action does, refuses and records."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, Site
from lms.accounts.rules import Identity
from lms.audit import queries as record
from lms.errors import Invalid, NotFound, Refused
from lms.mentoring import actions, queries
from lms.mentoring.models import Criterion, Meeting, MentorSlot, Observation, ObservationScore, Pairing
from lms.mentoring.queries.places import mentor_places
from lms.mentoring.rules.calls import CallValue
from lms.mentoring.rules.pairing import MeetingValue
from lms.mentoring.rules.scorecard import Mark
from tests.make import Make
from tests.mentoring.conftest import Cast

Who = Callable[[Person], Identity]


def mentor_of(session: Session, learner: Person) -> int | None:
    found = queries.live_mentor(session, learner.id)
    return found.id if found else None


def recorded(session: Session, subject: Person) -> list[str]:
    return [entry.action for entry in record.about(session, subject.employee_no)]


# Pairing


def test_a_learner_gets_a_mentor_and_the_record_says_so(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    newcomer = make.learner(cast.training_class)
    actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, newcomer.id, cast.mentor.id, now=now)
    found = queries.live_mentor(session, newcomer.id)
    assert found
    assert (found.id, found.since) == (cast.mentor.id, now)
    assert session.scalar(select(Pairing.slot).where(Pairing.learner_id == newcomer.id)) == 2
    assert recorded(session, newcomer) == ["mentor.assigned"]


def test_another_mentor_ends_the_pairing_and_its_talks_to_come(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    other = make.mentor(name="王芳")
    ahead, past = make.meeting(cast.pairing), make.meeting(cast.pairing, starts_at=now - timedelta(days=1))
    actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, cast.learner.id, other.id, now=now)
    session.expire_all()
    assert mentor_of(session, cast.learner) == other.id
    assert (cast.pairing.ended_at, ahead.cancelled_at, past.cancelled_at) == (now, now, None)
    assert queries.next_meetings(session, [cast.learner.id], now) == {}


def test_assigning_the_same_mentor_again_changes_nothing(session: Session, cast: Cast, who: Who, now: datetime) -> None:
    wanted = {cast.learner.id: cast.mentor.id}
    assert actions.assign_mentors(session, who(cast.adviser), cast.training_class.id, wanted, now=now) == 0
    assert recorded(session, cast.learner) == []


def test_a_learner_can_be_left_without_a_mentor(session: Session, cast: Cast, who: Who, now: datetime) -> None:
    actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, cast.learner.id, None, now=now)
    assert mentor_of(session, cast.learner) is None


def test_an_adviser_named_by_a_role_for_the_class_may_assign(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    deputy = make.person(f"adviser:{cast.training_class.id}")
    actions.assign_mentor(session, who(deputy), cast.training_class.id, cast.learner.id, None, now=now)
    assert mentor_of(session, cast.learner) is None


def test_the_lowest_free_place_is_taken(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    third = make.learner(cast.training_class)
    make.pairing(cast.mentor, third, slot=3)
    newcomer = make.learner(cast.training_class)
    actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, newcomer.id, cast.mentor.id, now=now)
    assert session.scalar(select(Pairing.slot).where(Pairing.learner_id == newcomer.id)) == 2


def test_a_full_mentor_takes_nobody_more(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    full = make.mentor(capacity=1)
    others = [make.learner(cast.training_class) for _ in range(2)]
    wanted = {one.id: full.id for one in others}
    with pytest.raises(Refused) as refused:
        actions.assign_mentors(session, who(cast.adviser), cast.training_class.id, wanted, now=now)
    assert (refused.value.code, refused.value.field) == ("mentor_full", full.employee_no)
    assert [mentor_of(session, one) for one in others] == [None, None]


def test_two_full_mentors_can_swap(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    one, two = make.mentor(capacity=1), make.mentor(capacity=1)
    a, b = make.learner(cast.training_class), make.learner(cast.training_class)
    make.pairing(one, a)
    make.pairing(two, b)
    wanted: dict[int, int | None] = {a.id: two.id, b.id: one.id}
    assert actions.assign_mentors(session, who(cast.adviser), cast.training_class.id, wanted, now=now) == 2
    assert (mentor_of(session, a), mentor_of(session, b)) == (two.id, one.id)


@pytest.mark.parametrize("kind", ["nobody", "suspended", "elsewhere"])
def test_only_a_mentor_of_the_site_can_be_chosen(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime, kind: str
) -> None:
    chosen = make.mentor() if kind != "nobody" else make.person("lead")
    if kind == "suspended":
        chosen.suspended_at = now
    if kind == "elsewhere":
        chosen.site_id = make.add(Site(name_zh="北岸", name_en="North", time_zone="Asia/Shanghai")).id
    session.flush()
    with pytest.raises(Refused) as refused:
        actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, cast.learner.id, chosen.id, now=now)
    assert refused.value.code == "not_a_mentor"


def test_nobody_is_their_own_mentor(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    make.grant(cast.learner, "mentor")
    group, learner = cast.training_class.id, cast.learner.id
    with pytest.raises(Refused) as refused:
        actions.assign_mentor(session, who(cast.adviser), group, learner, learner, now=now)
    assert refused.value.code == "own_mentor"


def test_a_class_of_another_adviser_does_not_exist(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    stranger = make.person("adviser")
    with pytest.raises(NotFound):
        actions.assign_mentor(session, who(stranger), cast.training_class.id, cast.learner.id, None, now=now)


def test_a_learner_who_has_left_the_class_is_not_found(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    session.query(Enrolment).filter_by(learner_id=cast.learner.id).update({"ended_on": now.date()})
    with pytest.raises(NotFound):
        actions.assign_mentor(session, who(cast.adviser), cast.training_class.id, cast.learner.id, None, now=now)


def test_the_schema_holds_the_places(session: Session, make: Make, cast: Cast) -> None:
    other = make.learner(cast.training_class)
    with pytest.raises(IntegrityError), session.begin_nested():
        make.pairing(cast.mentor, other, slot=1)
    with pytest.raises(IntegrityError), session.begin_nested():
        make.pairing(cast.mentor, other, slot=5)
    with pytest.raises(IntegrityError), session.begin_nested():
        make.pairing(cast.mentor, cast.learner, slot=2)
    with pytest.raises(IntegrityError), session.begin_nested():
        make.pairing(cast.mentor, other, slot=None)  # type: ignore[arg-type]  # what the check refuses


# Places


def places(session: Session, mentor: Person) -> tuple[int, int]:
    found = mentor_places(session, mentor.site_id, only=[mentor.id])[0].places
    return found.all, found.taken


def test_places_grow_and_shrink_around_those_who_are_there(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    by = who(make.person("hr"))
    assert actions.set_capacity(session, by, cast.mentor.id, 6, now=now) == 4
    assert places(session, cast.mentor) == (6, 1)
    assert actions.set_capacity(session, by, cast.mentor.id, 1, now=now) == 6
    assert places(session, cast.mentor) == (1, 1)
    assert actions.set_capacity(session, by, cast.mentor.id, 1, now=now) == 1
    assert recorded(session, cast.mentor) == ["mentor.places", "mentor.places"]


def test_a_place_goes_though_somebody_once_had_it(
    session: Session, make: Make, cast: Cast, who: Who, now: datetime
) -> None:
    former = make.pairing(cast.mentor, make.learner(cast.training_class), slot=4, ended_at=now)
    actions.set_capacity(session, who(cast.adviser), cast.mentor.id, 2, now=now)
    session.expire_all()
    assert former.slot is None
    assert set(session.scalars(select(MentorSlot.slot))) == {1, 2}


def test_a_new_mentor_starts_without_places(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    fresh = make.person("mentor")
    assert actions.set_capacity(session, who(cast.adviser), fresh.id, 3, now=now) == 0
    assert places(session, fresh) == (3, 0)


@pytest.mark.parametrize(("wanted", "code"), [(0, "places_taken"), (61, "too_many_places"), (-1, "too_many_places")])
def test_places_that_cannot_be(session: Session, cast: Cast, who: Who, now: datetime, wanted: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.set_capacity(session, who(cast.adviser), cast.mentor.id, wanted, now=now)
    assert refused.value.code == code


def test_who_is_no_mentor_has_no_places(session: Session, cast: Cast, who: Who, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.set_capacity(session, who(cast.adviser), cast.learner.id, 3, now=now)


# Talks


def talk(at: datetime, place: str = "Desk 214") -> MeetingValue:
    return MeetingValue(at, place, "This week's misses")


def test_both_see_the_next_talk(session: Session, cast: Cast, now: datetime) -> None:
    actions.arrange_meeting(session, cast.mentor.id, cast.learner.id, talk(now + timedelta(days=2)), now=now)
    actions.arrange_meeting(session, cast.mentor.id, cast.learner.id, talk(now + timedelta(hours=5)), now=now)
    card = queries.mentor_card(session, cast.learner.id, now)
    assert card
    assert card.meeting
    assert (card.name, card.initial, card.meeting.starts_at) == ("陈静", "陈", now + timedelta(hours=5))
    assert queries.next_meetings(session, [cast.learner.id], now)[cast.learner.id] == card.meeting
    assert [one.id for one in queries.live_apprentices(session, cast.mentor.id)] == [cast.learner.id]


def test_who_has_no_mentor_has_no_card(session: Session, make: Make, now: datetime) -> None:
    assert queries.mentor_card(session, make.learner().id, now) is None


def test_the_same_minute_again_corrects_the_talk(session: Session, cast: Cast, now: datetime) -> None:
    at = now + timedelta(hours=5)
    for place in ("Desk 214", "Canteen"):
        actions.arrange_meeting(session, cast.mentor.id, cast.learner.id, talk(at, place), now=now)
    assert session.scalars(select(Meeting.place)).all() == ["Canteen"]


def test_a_talk_cannot_be_in_the_past(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        actions.arrange_meeting(session, cast.mentor.id, cast.learner.id, talk(now), now=now)
    assert (refused.value.code, refused.value.field) == ("meeting_past", "starts_at")


def test_only_the_own_mentor_arranges(session: Session, make: Make, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.arrange_meeting(session, make.mentor().id, cast.learner.id, talk(now + timedelta(days=1)), now=now)


def test_a_cancelled_talk_is_seen_by_nobody(session: Session, make: Make, cast: Cast, now: datetime) -> None:
    meeting = make.meeting(cast.pairing)
    actions.cancel_meeting(session, cast.mentor.id, meeting.id, now=now)
    actions.cancel_meeting(session, cast.mentor.id, meeting.id, now=now + timedelta(hours=1))
    assert meeting.cancelled_at == now
    assert queries.next_meetings(session, [cast.learner.id], now) == {}


def test_a_talk_that_was_cannot_be_cancelled(session: Session, make: Make, cast: Cast, now: datetime) -> None:
    meeting = make.meeting(cast.pairing, starts_at=now - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        actions.cancel_meeting(session, cast.mentor.id, meeting.id, now=now)
    assert refused.value.code == "meeting_over"
    with pytest.raises(NotFound):
        actions.cancel_meeting(session, make.mentor().id, meeting.id, now=now)


# Observed calls


def call(cast: Cast, now: datetime, ref: str = "C-77") -> CallValue:
    return CallValue(ref, now, cast.card.id)


def all_marks(session: Session, cast: Cast, *scores: int | None) -> list[Mark]:
    ids = session.scalars(
        select(Criterion.id).where(Criterion.scorecard_id == cast.card.id).order_by(Criterion.position)
    )
    return [Mark(number, score, 198, "heard") for number, score in zip(ids, scores, strict=False)]


@pytest.fixture
def draft(session: Session, cast: Cast, who: Who, now: datetime) -> Observation:
    return actions.start_observation(session, who(cast.mentor), cast.learner.id, call(cast, now), now=now)


def test_the_same_call_opens_the_same_draft(
    session: Session, cast: Cast, draft: Observation, who: Who, now: datetime
) -> None:
    again = actions.start_observation(session, who(cast.mentor), cast.learner.id, call(cast, now), now=now)
    assert again.id == draft.id


def test_another_mentor_listens_by_employee_number(
    session: Session, make: Make, cast: Cast, draft: Observation, who: Who, now: datetime
) -> None:
    second = actions.start_observation_by_number(
        session, who(make.mentor()), cast.learner.employee_no, call(cast, now), now=now
    )
    assert second.learner_id == cast.learner.id
    assert second.id != draft.id


@pytest.mark.parametrize("kind", ["unknown", "oneself"])
def test_a_number_that_one_cannot_listen_to_is_unknown(
    session: Session, cast: Cast, who: Who, now: datetime, kind: str
) -> None:
    number = "nobody" if kind == "unknown" else cast.mentor.employee_no
    with pytest.raises(Refused) as refused:
        actions.start_observation_by_number(session, who(cast.mentor), number, call(cast, now), now=now)
    assert (refused.value.code, refused.value.field) == ("unknown_number", "employee_no")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"call_at": timedelta(days=1)}, "call_ahead", "call_at"),
        ({"call_at": timedelta(days=-20)}, "call_too_old", "call_at"),
        ({"scorecard_id": 0}, "no_scorecard", "scorecard"),
        ({"retired": True}, "no_scorecard", "scorecard"),
    ],
)
def test_a_call_that_cannot_be_scored(
    session: Session, cast: Cast, who: Who, now: datetime, change: dict[str, object], code: str, field: str
) -> None:
    if change.get("retired"):
        cast.card.retired_at = now
    away = change.get("call_at", timedelta(0))
    assert isinstance(away, timedelta)
    value = CallValue("C-1", now + away, 0 if "scorecard_id" in change else cast.card.id)
    with pytest.raises(Refused) as refused:
        actions.start_observation(session, who(cast.mentor), cast.learner.id, value, now=now)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_sending_the_same_marks_twice_changes_nothing(session: Session, cast: Cast, draft: Observation) -> None:
    for scores in ((2, 3), (2, 3), (1, 3)):
        actions.save_scores(session, draft.id, cast.mentor.id, all_marks(session, cast, *scores), comment="Well begun.")
    assert session.scalars(select(ObservationScore.score).order_by(ObservationScore.criterion_id)).all() == [1, 3]
    actions.save_scores(session, draft.id, cast.mentor.id, [])
    assert draft.comment == "Well begun."


def test_an_older_page_takes_no_score_away(session: Session, cast: Cast, draft: Observation) -> None:
    actions.save_scores(session, draft.id, cast.mentor.id, all_marks(session, cast, 2))
    criterion = all_marks(session, cast, 2)[0].criterion_id
    actions.save_scores(session, draft.id, cast.mentor.id, [Mark(criterion, None, 7, "later", given=False)])
    row = session.scalars(select(ObservationScore)).one()
    session.refresh(row)
    assert (row.score, row.given, row.at_second, row.remark) == (2, True, 7, "later")


def test_a_mark_for_another_scorecard_is_refused(session: Session, cast: Cast, draft: Observation) -> None:
    with pytest.raises(Invalid):
        actions.save_scores(session, draft.id, cast.mentor.id, [Mark(10**6, 3)])


def test_a_draft_belongs_to_its_observer(
    session: Session, make: Make, cast: Cast, draft: Observation, who: Who, now: datetime
) -> None:
    other = make.mentor()
    with pytest.raises(NotFound):
        actions.save_scores(session, draft.id, other.id, [])
    with pytest.raises(NotFound):
        actions.finish_observation(session, draft.id, who(other), now=now)
    with pytest.raises(NotFound):
        actions.acknowledge(session, draft.id, who(cast.learner), now=now)


@pytest.mark.parametrize(
    ("scores", "code"), [((3, 3), "incomplete"), ((None, None, None), "nothing_scored")], ids=["missing", "empty"]
)
def test_an_unfinished_scorecard_stays_a_draft(
    session: Session, cast: Cast, draft: Observation, who: Who, now: datetime, scores: tuple[int | None, ...], code: str
) -> None:
    actions.save_scores(session, draft.id, cast.mentor.id, all_marks(session, cast, *scores))
    with pytest.raises(Refused) as refused:
        actions.finish_observation(session, draft.id, who(cast.mentor), now=now)
    assert refused.value.code == code
    assert draft.finished_at is None


def test_a_finished_scorecard_is_fixed_and_recorded_once(
    session: Session, cast: Cast, draft: Observation, who: Who, now: datetime
) -> None:
    actions.save_scores(session, draft.id, cast.mentor.id, all_marks(session, cast, 3, 0, 2))
    done = actions.finish_observation(session, draft.id, who(cast.mentor), now=now)
    again = actions.finish_observation(session, draft.id, who(cast.mentor), now=now + timedelta(hours=1))
    assert (done.percent, done.critical_failed, done.passed) == (55.5, True, False)
    assert again.finished_at == now
    assert recorded(session, cast.learner) == ["observation.finished"]
    with pytest.raises(Refused) as refused:
        actions.save_scores(session, draft.id, cast.mentor.id, [])
    assert refused.value.code == "finished"
    with pytest.raises(Refused) as refused:
        actions.start_observation(session, who(cast.mentor), cast.learner.id, call(cast, now), now=now)
    assert refused.value.code == "already_scored"


def test_the_learner_acknowledges_once(session: Session, make: Make, cast: Cast, who: Who, now: datetime) -> None:
    seen = make.observation(cast.learner, cast.mentor, cast.card)
    for later in (0, 1):
        actions.acknowledge(session, seen.id, who(cast.learner), now=now + timedelta(hours=later))
    assert seen.acknowledged_at == now
    assert recorded(session, cast.learner) == ["observation.acknowledged"]
    with pytest.raises(NotFound):
        actions.acknowledge(session, seen.id, who(cast.mentor), now=now)


def test_finished_observations_are_found_by_scorecard(
    session: Session, make: Make, cast: Cast, draft: Observation, now: datetime
) -> None:
    first = make.observation(cast.learner, cast.mentor, cast.card, finished_at=now - timedelta(days=1))
    second = make.observation(cast.learner, cast.mentor, cast.card)
    slug = cast.card.slug
    assert [one.id for one in queries.finished_observations(session, cast.learner.id, slug)] == [first.id, second.id]
    earlier = queries.finished_observations(session, cast.learner.id, slug, until=now - timedelta(hours=1))
    assert [one.id for one in earlier] == [first.id]
    assert queries.finished_observations(session, cast.learner.id, "other") == []
