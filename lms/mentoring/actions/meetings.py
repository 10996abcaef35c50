"""Arranges and cancels the talks of a mentor with an apprentice."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.mentoring.models import Meeting
from lms.mentoring.queries.pairings import own_meeting, own_pairing
from lms.mentoring.rules.pairing import MeetingValue, meeting_refusal


def arrange_meeting(
    session: Session, mentor_id: int, learner_id: int, value: MeetingValue, *, now: datetime
) -> Meeting:
    """Arrange a talk of the mentor with their apprentice; a second one at the same minute corrects the first.

    Raise NotFound where there is no live pairing; Refused `meeting_past` or `meeting_far`, field `starts_at`.
    """
    pairing = own_pairing(session, learner_id, mentor_id)
    code = meeting_refusal(value.starts_at, now)
    if code:
        raise Refused(code=code, field="starts_at")
    same = select(Meeting).where(
        Meeting.pairing_id == pairing.id, Meeting.starts_at == value.starts_at, Meeting.cancelled_at.is_(None)
    )
    meeting = session.scalars(same).first() or Meeting(pairing_id=pairing.id, starts_at=value.starts_at)
    meeting.place, meeting.topic = value.place, value.topic
    meeting.arranged_by_id, meeting.arranged_at = mentor_id, now
    session.add(meeting)
    session.flush()
    return meeting


def cancel_meeting(session: Session, mentor_id: int, meeting_id: int, *, now: datetime) -> Meeting:
    """Cancel a talk that is still ahead; a second time changes nothing.

    Raise NotFound for another mentor's meeting; Refused `meeting_over`.
    """
    meeting = own_meeting(session, meeting_id, mentor_id)
    if meeting.cancelled_at is None:
        if meeting.starts_at <= now:
            raise Refused(code="meeting_over")
        meeting.cancelled_at = now
    return meeting
