"""Measures search in a library of 5,000 lessons on SQLite and PostgreSQL: `python -m bench.search [--lessons 5000]`.

Asked are a trainer, who may read all of it, and a learner, whose path has three courses of it.

The lessons are made of the vocabulary below, words drawn as in real texts: few of them often, most of them seldom.
"""

import argparse
import random
import statistics
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms import db, schema
from lms.courses.models import Course, KeyPoint, Lesson, LessonText, StageCourse
from lms.courses.rules.reader import Reader
from lms.knowledge.actions import index_lessons
from lms.knowledge.queries import answers, search
from tests.make import Make
from tests.postgres import cluster

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)
CHINESE = """
客户 工单 停电 抢修 投诉 电费 账单 电表 身份 核实 地址 线路 时限 承诺 回访 保持 转接 复述 确认 保存
举报 匿名 专家 答复 新装 过户 增容 欠费 缴费 余额 阶梯 电价 峰谷 合同 变更 校验 计划 公告 抢险 安全
隐患 触电 变压器 开关 跳闸 表箱 电缆 郊区 市区 偏远 到场 首次 回报 交接 班组 座席 话术 禁语 道歉
情绪 倾听 老人 医院 学校 商户 发票 营业厅 材料 证件 户名 复电 故障 报修 催办 升级 督办 满意 质检
录音 知识库 手册 流程 步骤 电话 号码 短信 验证码 密码 权限 系统 登录 屏幕 快捷键
"""
ENGLISH = """
caller order outage crew complaint bill account meter identity verify address line promise deadline
call-back hold transfer restate confirm save report anonymous expert answer supply connection
capacity arrears payment balance step tariff peak contract change test planned notice danger wire
shock transformer switch trip cabinet cable suburb city remote arrival hand-over shift agent phrase
apology anger listen elderly hospital school shop invoice hall papers certificate name restored
fault repair urge escalate satisfaction quality recording manual flow step phone number message code
password permission system screen shortcut
"""
ZH, EN = CHINESE.split(), ENGLISH.split()
QUESTIONS = (
    "身份",
    "投诉",
    "工单",
    "停电 时限",
    "客户投诉",
    "电费怎么查",
    "验",
    "CRM 工单",
    "变压器跳闸",
    "客户 核实 身份",
)
QUESTIONS_EN = (
    "identity",
    "complaint",
    "planned outage",
    "meter test",
    "how do I verify the caller",
    "crm order",
    "tran",
)


def sentence(rng: random.Random, words: list[str], glue: str) -> str:
    """Return a sentence; the n-th word of the vocabulary is drawn with weight 1/n."""
    weights = [1 / n for n in range(1, len(words) + 1)]
    return glue.join(rng.choices(words, weights, k=rng.randint(6, 14)))


def build(session: Session, lessons: int) -> None:
    """Fill an empty database; each lesson has some 900 characters and five key points in each language."""
    rng = random.Random(1)  # noqa: S311  # texts, not secrets
    zh = ZH + [a + b for a in ZH[20:70] for b in ZH[30:60:7]]
    en = EN + [f"{a}-{b}" for a in EN[20:60] for b in EN[10:50:9]]
    courses = max(lessons // 25, 1)
    for table, rows in (
        (Course, [_course(n) for n in range(1, courses + 1)]),
        (Lesson, [_lesson(rng, n, zh, en) for n in range(1, lessons + 1)]),
        (KeyPoint, [_point(rng, n, number, zh, en) for n in range(1, lessons + 1) for number in range(1, 6)]),
    ):
        session.execute(insert(table), rows)
    for start in range(1, lessons + 1, 500):
        numbers = range(start, min(start + 500, lessons + 1))
        texts = [_text(rng, n, *chosen) for n in numbers for chosen in (("zh", zh, ""), ("en", en, " "))]
        session.execute(insert(LessonText), texts)


def enrol(session: Session) -> int:
    """Give a learner a path of three courses of the library and return the learner's id."""
    make = Make(session, NOW)
    learner, stage = make.learner(), make.stage()
    for n in range(1, 4):
        make.add(StageCourse(stage_id=stage.id, course_id=n, position=100 + n))
    return learner.id


def _course(n: int) -> dict[str, object]:
    titles = {"title_zh": f"课程{n}", "title_en": f"Course {n}", "summary_zh": "", "summary_en": ""}
    return {
        "id": n,
        "slug": f"c{n}",
        "posts": ["hotline"],
        "position": n,
        "owner": "x",
        "review_by": date(2027, 1, 1),
    } | titles


def _lesson(rng: random.Random, n: int, zh: list[str], en: list[str]) -> dict[str, object]:
    facts = {"minutes": 4, "point_count": 5, "block_count": 3, "competencies": [], "prerequisites": [], "revision": 1}
    titles = {"title_zh": "".join(rng.choices(zh, k=3)), "title_en": " ".join(rng.choices(en, k=3))}
    return {"id": n, "course_id": (n - 1) // 25 + 1, "slug": f"{n:02}-x", "position": n} | facts | titles


def _point(rng: random.Random, n: int, number: int, zh: list[str], en: list[str]) -> dict[str, object]:
    return {"lesson_id": n, "number": number, "text_zh": sentence(rng, zh, ""), "text_en": sentence(rng, en, " ")}


def _text(rng: random.Random, n: int, locale: str, words: list[str], glue: str) -> dict[str, object]:
    blocks = [
        {
            "heading": sentence(rng, words, glue)[:20],
            "pieces": [{"html": "".join(f"<p>{sentence(rng, words, glue)}</p>" for _ in range(12))}],
            "points": [block + 1],
        }
        for block in range(3)
    ]
    made = {"blocks": blocks, "outline": {}, "published_at": NOW, "content_hash": "0" * 64, "source": ""}
    return {"lesson_id": n, "revision": 1, "locale": locale, "title": sentence(rng, words, glue)[:40]} | made


def measure(url: str, lessons: int, rounds: int) -> None:
    """Build, index, ask, print."""
    engine = db.connect(url)
    schema.upgrade(engine)
    store = db.Database(engine)
    with store.writing() as session:
        build(session, lessons)
        learner_id = enrol(session)
    began = perf_counter()
    with store.writing() as session:
        index_lessons(session)
    indexing = perf_counter() - began
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"{engine.dialect.name}: {lessons} lessons indexed in {indexing:.1f} s")
    for who, reader in (("a trainer", Reader(0, sees_all=True)), ("a learner", Reader(learner_id))):
        print(f" {who}")
        ask(store, reader, rounds)
    engine.dispose()


def ask(store: db.Database, reader: Reader, rounds: int) -> None:
    """Ask every question `rounds` times."""
    everything: list[float] = []
    for locale, questions in (("zh", QUESTIONS), ("en", QUESTIONS_EN)):
        for asked in questions:
            times, found = [], 0
            for _ in range(rounds):
                began = perf_counter()
                with store.reading() as session:
                    found = len(search(session, reader, asked, locale).lines)
                times.append((perf_counter() - began) * 1000)
            everything += times
            print(f"  {asked:28} {found:3} hits  p50 {statistics.median(times):6.1f} ms  max {max(times):6.1f} ms")
    everything.sort()
    p95 = everything[int(len(everything) * 0.95)]
    print(f"  all: p50 {statistics.median(everything):.1f} ms, p95 {p95:.1f} ms, max {everything[-1]:.1f} ms")
    began = perf_counter()
    with store.reading() as session:
        answers(session, reader, "身份", "zh", number=2)
    print(f"  an answer: {(perf_counter() - began) * 1000:.1f} ms")


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args()
    if chosen.db != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{Path(folder) / 'search.db'}", chosen.lessons, chosen.rounds)
    if chosen.db != "sqlite":
        with cluster() as url:
            measure(url, chosen.lessons, chosen.rounds)


if __name__ == "__main__":
    main()
