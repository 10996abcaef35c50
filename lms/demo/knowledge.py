"""What people of the demo looked for and did not find, so that the trainer's list is not empty."""

from datetime import timedelta

from sqlalchemy.orm import Session

from lms.demo.centre import Centre
from lms.knowledge.actions import dismiss_miss, note_miss
from lms.knowledge.queries import misses

SOUGHT = (  # words, how often, days ago
    ("光伏并网", 7, 1),
    ("充电桩报装", 5, 0),
    ("电费发票抬头", 4, 2),
    ("ev charger", 3, 3),
    ("临时用电", 2, 6),
    ("代扣解约", 1, 9),
    ("食堂菜单", 3, 4),
)
NOT_OURS = "食堂菜单"


def seek(centre: Centre, post: str) -> None:
    """Let the words of SOUGHT be searched in vain; the last one is off the list."""
    session: Session = centre.session
    for words, often, days in SOUGHT:
        for n in range(often):
            note_miss(session, words, [post], now=centre.now - timedelta(days=days + often - n))
    for miss in misses(session):
        if miss.words == NOT_OURS:
            dismiss_miss(session, miss.id)
