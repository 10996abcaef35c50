# ruff: noqa: E501  # names are sentences and tables have one case a line
"""What a search finds, on both databases: every word, two Chinese characters, only what one may read, in order."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.courses.models import Lesson, LessonText
from lms.courses.rules.reader import Reader
from lms.knowledge.actions import index_lessons, reindex, retire_page, retire_term, save_page, save_term
from lms.knowledge.models import LessonAid, LessonTerm, SearchEntry
from lms.knowledge.queries import answers, search
from tests.knowledge.conftest import page, term
from tests.make import Make

ALL = Reader(0, sees_all=True)


@pytest.fixture
def library(teach: Callable[..., Lesson], write: Any, define: Any, session: Session) -> dict[str, Lesson]:
    """Three lessons, a page and a term."""
    write()
    define()
    found = {
        "identity": teach(
            ("先核身份，再谈账户", "提供账户信息之前，先核实身份", "工单写清楚。CRM 里也有。"),
            ("Verify first", "verify identity before account data", "Complaints go on a work order."),
        ),
        "complaint": teach(
            ("接到投诉", "投诉件件受理", "客户说完再开口，核实身份放在后面。"),
            ("A complaint", "accept every complaint", "Callers are heard first; identity comes later."),
        ),
        "meter": teach(
            ("电表校验", "验表三天内答复", "客户可以申请。"), ("Meter test", "answer in three days", "Naïve café")
        ),
    }
    index_lessons(session)
    session.commit()
    return found


def titles(session: Session, text: str, locale: str = "zh", reader: Reader = ALL, **more: Any) -> list[str]:
    return ["".join(p.text for p in line.title) for line in search(session, reader, text, locale, **more).lines]


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        pytest.param("核实 身份", "zh", "核实身份", id="Chinese words of two characters"),
        pytest.param("投诉", "zh", "接到投诉", id="a title before a key point before a text"),
        pytest.param("校", "zh", "电表校验", id="one character"),
        pytest.param("CRM 工单", "zh", "先核身份，再谈账户", id="both languages in one question"),
        pytest.param("ＣＲＭ", "zh", "先核身份，再谈账户", id="full width"),
        pytest.param("工单", "zh", "工单", id="what is called exactly so stands first"),
        pytest.param("投诉怎么受理", "zh", "投诉件件受理", id="fillers between the words are left out"),
        pytest.param("客户投诉", "zh", "接到投诉", id="two words written together that stand apart in the text"),
        pytest.param("ticket", "en", "Work order", id="another spelling of a term"),
        pytest.param("compl", "en", "A complaint", id="the beginning of a word, while one types"),
        pytest.param("caller heard", "en", "A complaint", id="a plural"),
        pytest.param("naive cafe", "en", "Meter test", id="without accents"),
        pytest.param("verify identity", "en", "Verify identity", id="a page of the manual"),
    ],
)
def test_a_question_finds(library: Any, session: Session, text: str, locale: str, first: str) -> None:
    assert titles(session, text, locale)[:1] == [first]


def test_where_no_entry_holds_all_words_some_are_enough_and_it_says_so(library: Any, session: Session) -> None:
    found = search(session, ALL, "投诉 火星人", "zh")
    assert found.some
    assert found.missed
    assert found.lines


def test_what_is_only_in_the_other_language_is_found_there(library: Any, session: Session) -> None:
    found = search(session, ALL, "电表校验", "en")
    assert (found.other, found.missed) == (True, False)
    assert found.lines[0].hit.locale == "zh"


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "\"'*():^", "AND OR NOT", "a" * 200, "火星", "'; DROP TABLE x", "🦊"]
)
def test_nothing_that_can_be_typed_breaks_the_search(library: Any, session: Session, text: str) -> None:
    assert isinstance(search(session, ALL, text, "zh").lines, tuple)


def test_a_learner_finds_only_what_their_path_holds_and_the_manual(
    library: dict[str, Lesson], session: Session, make: Make, teach: Callable[..., Lesson]
) -> None:
    learner = make.learner()
    reader = Reader(learner.id)
    assert "接到投诉" in titles(session, "投诉", reader=reader)
    outsider = Reader(make.person("learner").id)
    assert titles(session, "投诉", reader=outsider) == []
    assert titles(session, "核实身份", reader=outsider) == ["核实身份"]


def test_a_filter_by_post_keeps_what_is_for_all(library: Any, session: Session, write: Any) -> None:
    write(slug="night", title_zh="夜班投诉", title_en="Night", posts=("night-desk",))
    assert "夜班投诉" in titles(session, "投诉", post="night-desk")
    assert "接到投诉" not in titles(session, "投诉", post="night-desk")
    assert "夜班投诉" not in titles(session, "投诉", post="hotline-agent")
    assert titles(session, "投诉", post="%") == []


def test_what_is_retired_is_not_found(library: dict[str, Lesson], session: Session, now: datetime) -> None:
    library["complaint"].retired_at = now
    session.flush()
    assert "接到投诉" not in titles(session, "投诉"), "at once, before the sweep"
    assert index_lessons(session) == 1
    left = session.scalar(
        select(func.count()).select_from(SearchEntry).where(SearchEntry.lesson_id == library["complaint"].id)
    )
    assert left == 0
    retire_page(session, "verify-identity", retired=True, actor="T1", now=now)
    retire_term(session, "work-order", retired=True, actor="T1", now=now)
    assert "核实身份" not in titles(session, "核实身份")
    assert "工单" not in titles(session, "工单")
    retire_page(session, "verify-identity", retired=False, actor="T1", now=now)
    assert titles(session, "核实身份")[0] == "核实身份"


def test_a_new_wording_is_found_by_the_next_sweep_and_the_old_one_no_more(
    library: dict[str, Lesson], session: Session, now: datetime
) -> None:
    assert index_lessons(session) == 0
    lesson = library["meter"]
    lesson.revision = 2
    for locale in ("zh", "en"):
        session.add(
            LessonText(
                lesson_id=lesson.id,
                revision=2,
                locale=locale,
                title="换表" if locale == "zh" else "New meter",
                source="",
                blocks=[{"heading": "头", "pieces": [{"html": "<p>新表免费。</p>"}, {"check": {}}], "points": []}],
                outline={},
                published_at=now,
                content_hash="0" * 64,
            )
        )
    session.flush()
    assert index_lessons(session, only=[library["complaint"].id]) == 0
    assert index_lessons(session, limit=5) == 1
    assert titles(session, "免费") == ["换表"]
    assert titles(session, "申请") == []
    assert reindex(session) == 3
    assert titles(session, "免费") == ["换表"]


def test_terms_and_aids_of_a_lesson_are_kept_with_it(
    teach: Callable[..., Lesson], define: Any, session: Session, now: datetime
) -> None:
    row = define()
    html = '<p>先写工单。</p><section class="block mnemonic"><h3>记一句</h3><p>口诀</p></section><figure class="flow"><ol><li><b>问</b></li></ol></figure>'
    lesson = teach(("课", "点", html))
    index_lessons(session)
    assert [(t.locale, t.term_id) for t in session.scalars(select(LessonTerm))] == [("zh", row.id)]
    aids = session.execute(
        select(LessonAid.kind, LessonAid.html)
        .where(LessonAid.lesson_id == lesson.id, LessonAid.locale == "zh")
        .order_by(LessonAid.position)
    ).all()
    assert [kind for kind, _ in aids] == ["mnemonic", "flow"]
    assert aids[0][1] == '<section class="block mnemonic"><h3>记一句</h3><p>口诀</p></section>'
    save_term(session, term(term_zh="单子", also=()), version=1, actor="T1", now=now)
    assert index_lessons(session) == 1
    assert list(session.scalars(select(LessonTerm))) == []


def test_an_answer_says_the_thing_itself_first(library: Any, session: Session) -> None:
    found, answer = answers(session, ALL, "核实身份", "zh")
    assert answer is not None
    assert "".join(part.text for part in answer.text) == "请客户报户名和用电地址，我们只核对。"
    _found, last = answers(session, ALL, "核实身份", "zh", number=99)
    assert last is not None
    assert last.number == last.count == len(found.lines)
    assert answers(session, ALL, "火星人", "zh")[1] is None


def test_a_lesson_answers_with_the_passage_that_holds_the_words(library: Any, session: Session) -> None:
    found, _ = answers(session, ALL, "CRM", "zh")
    _, answer = answers(session, ALL, "CRM", "zh")
    assert answer is not None
    assert "".join(part.text for part in answer.text) == "工单写清楚。CRM 里也有。"
    assert found.lines[0].hit.kind == "lesson"


def test_a_search_costs_the_same_for_ten_and_for_a_thousand_entries(
    session: Session, write: Any, statements: Any, now: datetime
) -> None:
    def cost() -> int:
        with statements() as ran:
            search(session, ALL, "核实身份 投诉", "zh")
        return len(ran)

    for n in range(4):
        write(slug=f"p{n}")
    few = cost()
    for n in range(4, 300):
        save_page(session, page(slug=f"p{n}"), based_on=0, publish=True, actor="T1", now=now)
    session.commit()
    assert cost() <= few <= 12
