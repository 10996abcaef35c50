# ruff: noqa: E501  # a table with one case a line reads better than a folded one
"""A small complete library on disk for tests; each test says only what differs."""

from functools import cache
from pathlib import Path

from lms import paths
from lms.content.ondisk.reading import read_library
from lms.content.rules.library import Library

HEAD = '---\ntitle: "{title}"\nminutes: 1\ncompetencies: [b-greet]\nprerequisites: [{needs}]\n---\n'
EN = """Intro text.

## Greeting
You ==say your name first==, then the ==name of the centre==.

::: check b-01-01
:::
"""
ZH = """开场白。

## 问候
先==报自己的姓名==，==再报中心名称==。

::: check b-01-01
:::
"""
QUESTIONS = """- id: b-01-01
  version: 1
  kind: single
  competency: b-greet
  key_point: 1
  level: 1
  stem: {zh: "先说**什么**？", en: "What comes *first*?"}
  options:
    - {id: a, text: {zh: 姓名, en: Your name}, correct: true}
    - {id: b, text: {zh: 天气, en: The weather}}
  explanation: {zh: 先报姓名。, en: Your name comes first.}
- id: b-01-02
  version: 1
  kind: true_false
  competency: b-greet
  key_point: 2
  level: 2
  stem: {zh: 中心名称要报。, en: The centre is named.}
  answer: true
  explanation: {zh: 要报。, en: It is.}
"""
TWO = """- id: b-02-01
  version: 1
  kind: numeric
  competency: b-greet
  key_point: 1
  level: 1
  stem: {zh: 几秒？, en: How many seconds?}
  answer: 12.5
  tolerance: 0.5
  unit: {zh: 秒, en: seconds}
  explanation: {zh: 十二秒半。, en: Twelve and a half.}
- id: b-02-02
  version: 1
  kind: short_text
  competency: b-greet
  key_point: 2
  level: 1
  stem: {zh: 说什么？, en: Which word?}
  accept: {zh: [您好], en: [hello, "good morning"]}
  explanation: {zh: 您好。, en: Hello.}
- id: b-02-03
  version: 1
  kind: multiple
  competency: b-greet
  level: 3
  stem: {zh: 哪些？, en: Which?}
  options:
    - {id: a, text: {zh: 姓名, en: Name}, correct: true}
    - {id: b, text: {zh: 中心, en: Centre}, correct: true}
    - {id: c, text: {zh: 天气, en: Weather}}
  explanation: {zh: 前两个。, en: The first two.}
"""
FILES = {
    "basics/course.yaml": "title: {zh: 基础, en: Basics}\nsummary: {zh: 概述, en: What it is}\nposts: [agent]\norder: 1\n"
    "owner: Desk\nreview_by: 2027-06-30\n",
    "basics/01-hello/lesson.en.md": HEAD.format(title="Hello", needs="") + EN,
    "basics/01-hello/lesson.zh.md": HEAD.format(title="您好", needs="") + ZH,
    "basics/01-hello/questions.yaml": QUESTIONS,
    "basics/02-again/lesson.en.md": HEAD.format(title="Again", needs="basics/01-hello") + EN.replace("01-01", "02-02"),
    "basics/02-again/lesson.zh.md": HEAD.format(title="再来", needs="basics/01-hello") + ZH.replace("01-01", "02-02"),
    "basics/02-again/questions.yaml": TWO,
    "profiles/agent.yaml": "title: {zh: 客服, en: Agent}\npoints:\n"
    "  - {slug: b-greet, group: {zh: 基础, en: Basics}, kind: skill, minimum: true, title: {zh: 问候, en: Greets},\n"
    "     lessons: [basics/01-hello], questions: [b-01-01]}\n",
    "programmes/agent.yaml": """title: {zh: 上岗, en: Path}
post: agent
caps: {new_points_target: 12, new_points: 16, minutes_target: 60, minutes: 90}
calendar: {working_days: [mon, tue], days: 20, reviews: ladder}
stages:
  - {slug: study, scope: study, title: {zh: 学, en: Study}, summary: {zh: 学, en: Learn.}, days: [1, 10], courses: [basics]}
  - {slug: listen, scope: shadow, title: {zh: 听, en: Listen}, summary: {zh: 听, en: Hear.}, days: [11, 20], courses: []}
quizzes:
  - {slug: daily, title: {zh: 日测, en: Daily}, purpose: daily, courses: [basics], draw: 3, limit_minutes: 5,
     pass_percent: 80, attempts: null, feedback: at_once}
gates:
  - slug: go-live
    after_stage: listen
    scope: full
    valid_months: 12
    title: {zh: 上岗, en: Go-live}
    summary: {zh: 独立, en: On your own}
    requirements:
      - {slug: lessons, kind: lessons, courses: [basics], title: {zh: 课, en: Lessons}}
      - {slug: quiz, kind: quiz, quiz: daily, fresh_days: 30, title: {zh: 测, en: Quiz}}
      - {slug: calls, kind: observed_calls, scorecard: call, count: 2, min_percent: 80, title: {zh: 听, en: Calls}}
      - {slug: mentor, kind: sign_off, role: mentor, fresh_days: 14, title: {zh: 师傅, en: Mentor}}
      - {slug: coverage, kind: coverage, title: {zh: 全, en: All}}
""",
    "scorecards/call.yaml": "title: {zh: 通话, en: Call}\npass_percent: 80\ncriteria:\n"
    + "".join(
        f"  - {{slug: c-{n}, title: {{zh: 标准{n}, en: Criterion {n}}}, weight: {1 if n > 1 else 1.5},"
        f" critical: {'true' if n < 3 else 'false'},\n"
        '     anchors: {"0": {zh: 差, en: Bad}, "3": {zh: 好, en: Good}}}\n'
        for n in range(1, 9)
    ),
    "tracks/agent.yaml": """title: {zh: 路, en: Road}
rungs:
  - slug: new
    stars: 0
    title: {zh: 新, en: New}
    summary: {zh: 新, en: New here}
    criteria: [{kind: text, title: {zh: 到, en: Here}}]
  - slug: live
    stars: 1
    title: {zh: 岗, en: Live}
    summary: {zh: 岗, en: On calls}
    criteria:
      - {kind: gate, gate: go-live, title: {zh: 过, en: Passed}}
      - {kind: months, count: 3, title: {zh: 月, en: Months}}
branches:
  - {slug: up, from: live, title: {zh: 管, en: Lead}, rungs: [{slug: lead, title: {zh: 长, en: Lead}, summary: {zh: 带, en: Leads}}]}
""",
}


@cache
def starter() -> Library:
    """Return the library that comes with us, read once a process."""
    return read_library(paths.CONTENT)


class Shelf:
    """The library in a folder, and ways to change it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def swap(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, by `new` in a file."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.root / name).unlink()
