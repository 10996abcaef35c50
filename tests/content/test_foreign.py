"""Markdown of other tools becomes lessons that read well: nothing is lost in silence, nothing dangerous comes along."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import markup
from lms.content.commands import content
from lms.content.ondisk.foreign import read_foreign
from lms.content.ondisk.reading import read_library
from lms.content.rules.foreign.convert import Conversion, Source, Wanted, convert
from lms.content.rules.lessons import MOST_MINUTES
from lms.content.rules.standard import check
from lms.courses.actions.rendering import blocks
from lms.courses.rules.findings import errors
from lms.courses.rules.lesson_source import MOST_BLOCKS, parse_lesson
from lms.web.i18n import chinese
from tests.content.foreign import DIALECTS, Maker
from tests.content.zips import named, zipped

WANTED = Wanted("listening", "倾听", "Listening")
NAMES = ("--course", "listening", "--title-zh", "倾听", "--title-en", "Listening")
KEPT = re.compile(r"kept\d+")  # the words of `Maker.word`
NEEDS_A_PERSON = "The lesson marks no key point."


def made_of(text: str, **more: str) -> Conversion:
    return convert(Source({"page.md": text, **more}, {"img/lamp.png": 10, "clip.svg": 1, "huge.png": 10**9}), WANTED)


def text_of(text: str, **more: str) -> str:
    made = made_of(text, **more)
    return "\n".join(lesson.texts[made.language].split("---\n", 2)[2] for lesson in made.lessons)


def told(text: str, **more: str) -> list[str]:
    return [finding.sentence() for finding in made_of(text, **more).findings]


@pytest.mark.parametrize("name", DIALECTS)
def test_a_large_course_of_another_tool_arrives_whole(name: str, tmp_path: Path) -> None:
    write, pages = DIALECTS[name]
    maker = Maker(tmp_path)
    write(maker, pages)
    assert maker.size > 400_000
    made = convert(read_foreign(tmp_path), WANTED)
    assert made.pages == pages
    whole = "\n".join(lesson.texts[made.language] for lesson in made.lessons)
    assert set(maker.kept) - set(KEPT.findall(whole)) == set()
    text = "\n".join(row for row in whole.split("\n") if not row.startswith(("#", "title:")))  # a heading may repeat
    assert [word for word, times in Counter(KEPT.findall(text)).items() if times > 1] == []
    for lesson in made.lessons:
        for text in lesson.texts.values():
            source = parse_lesson(text)
            assert errors(source.findings) == (), (lesson.path, errors(source.findings)[0].sentence())
            assert len(source.blocks) <= MOST_BLOCKS
            assert source.points == ()
        assert lesson.minutes <= MOST_MINUTES
    assert max(len(course.lessons) for course in made.courses) <= 99


def test_what_the_command_writes_lacks_nothing_but_key_points(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "in")
    DIALECTS["mkdocs"][0](maker, 12)
    result = CliRunner().invoke(
        content,
        ["convert", str(tmp_path / "in"), str(tmp_path / "out"), *NAMES, "--json"],
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert answer["sums"]["pages"] == 12
    assert answer["sums"]["pictures"] >= 12
    assert {"docs/left-out.md", "docs/gone.md"} <= {finding["file"] for finding in answer["findings"]}
    found = errors(check(read_library(tmp_path / "out")))
    assert {finding.template for finding in found} == {NEEDS_A_PERSON}


def test_what_is_told_is_told_in_both_languages_with_its_line(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for number, (write, _pages) in enumerate(DIALECTS.values()):
        inner = Maker(tmp_path / str(number))
        inner.numbers = maker.numbers
        write(inner, 1)
        made = convert(read_foreign(inner.root), WANTED)
        assert made.findings
        for finding in made.findings:
            assert finding.line >= 1
            said = finding.sentence(chinese().gettext)
            assert any("一" <= char <= "鿿" for char in said), finding.template


def test_the_language_that_is_missing_gets_the_same_text_with_a_mark_that_says_so() -> None:
    lesson = made_of("## One\n\nText.\n\n## Two\n\nMore.").lessons[0]
    assert "还没有译成中文" in lesson.texts["zh"]
    assert "译" not in lesson.texts["en"]
    zh, en = parse_lesson(lesson.texts["zh"]), parse_lesson(lesson.texts["en"])
    assert len(zh.blocks) == len(en.blocks) == 2


def test_chinese_pages_are_known_as_such() -> None:
    made = made_of("# 接听\n\n来电人等待时，请说清楚您正在做什么。")
    assert made.language == "zh"
    assert "not translated into English yet" in made.lessons[0].texts["en"]
    assert made.lessons[0].title == "接听"


CASES = {
    "levels are evened out": ("# T\n\n#### A\n\nx\n\n###### B\n\ny", "## A\n\nx\n\n### B\n\ny\n"),
    "underlined headings": ("T\n=\n\nA\n-\n\nx", "## A\n\nx\n"),
    "a note of MkDocs": ('!!! tip "Say it"\n    Text.\n', "> **Say it** Text.\n"),
    "a folded note": ("??? danger\n    Text.\n", "> **Danger** Text.\n"),
    "an alert of GitHub": ("> [!WARNING]\n> Text.\n", "> **Take care** Text.\n"),
    "a box of Docusaurus": (":::info My title\nText.\n:::\n", "> **My title** Text.\n"),
    "code in a box stands after it": (
        "!!! note\n    Text.\n\n    ```js\n    a\n    ```\n\n    More.\n",
        "> **Note** Text.\n\n```js\na\n```\n\n> More.\n",
    ),
    "code in a list stands between its items": (
        "1. one\n\n   ```sh\n   ls\n   ```\n2. two\n",
        "1. one\n\n```sh\nls\n```\n\n2. two\n",
    ),
    "lists are indented by two": ("* a\n    * b\n        * c\n", "- a\n  - b\n    - c\n"),
    "tasks": ("- [ ] a\n- [x] b\n", "- ☐ a\n- ☑ b\n"),
    "indented code is fenced": ("Text.\n\n    a == b\n", "Text.\n\n```text\na == b\n```\n"),
    "a flow that can be read": (
        "```mermaid\nflowchart LR\n a[X] --> b[Y]\n```\n",
        "```mermaid\nflowchart LR\n a[X] --> b[Y]\n```\n",
    ),
    "a drawing that cannot": ("```mermaid\npie\n```\n", "```text\npie\n```\n"),
    "highlights are no key points": ("An ==important== thing.", "An **important** thing.\n"),
    "two equal signs": ("if a==b", "if a&#61;&#61;b\n"),
    "code keeps them": ("`a == b`", "`a == b`\n"),
    "a link outside": ("[a](https://x.org/ 'T')", "[a](https://x.org/)\n"),
    "a link by name": ("[a][b]\n\n[b]: https://x.org/", "[a](https://x.org/)\n"),
    "a link in HTML": ('<a href="https://x.org/">a</a>', "[a](https://x.org/)\n"),
    "a link to nowhere": ("[a](nowhere.md)", "a\n"),
    "a link in the page": ("[a](#b)", "a\n"),
    "a script in a link": ("[a](javascript:alert(1))", "a\n"),
    "data in a link": ("[a](data:text/html;base64,eA)", "a\n"),
    "a script in a link of HTML": ('<a href="java&#115;cript:x">a</a>', "a\n"),
    "a picture": ("![A lamp](img/lamp.png)", "![A lamp](media/lamp.png)\n"),
    "a picture in HTML": ('<img src="img/lamp.png" alt="A lamp">', "![A lamp](media/lamp.png)\n"),
    "a picture that is missing": ("See ![A lamp](none.png).", "See (A lamp).\n"),
    "a picture outside the folder": ("x ![a](../../etc/passwd)", "x (a)\n"),
    "a drawing as SVG": ("x ![a](clip.svg)", "x (a)\n"),
    "a picture that is too large": ("x ![a](huge.png)", "x (a)\n"),
    "a picture from elsewhere": ("![A lamp](https://x.org/l.png)", "[A lamp](<https://x.org/l.png>)\n"),
    "a footnote": ("Text[^n].\n\n[^n]: A note.", "Text (A note).\n"),
    "a formula": ("So $x^2 = y$ holds.", "So `x^2 = y` holds.\n"),
    "prices": ("It costs $5 or $6.", "It costs $5 or $6.\n"),
    "HTML around text": ("<div align='center'><b>a</b> <custom-x>b</div>", "**a** &lt;custom-x&gt;b\n"),
    "types in angle brackets": ("An Array<string>.", "An Array&lt;string&gt;.\n"),
    "scripts": ("a\n\n<script>\nalert(1)\n</script>\n\nb", "a\n\nb\n"),
    "comments": ("a <!-- b --> c", "a  c\n"),
    "a hash at the start of a line": ("#hash", "\\#hash\n"),
    "a table keeps its columns": ("a | b\n--|:-:\n1 | 2 | 3\n", "| a | b |\n| --- | :---: |\n| 1 | 2 3 |\n"),
    "two kinds of lists": ("- a\n1. b\n", "- a\n\n1. b\n"),
    "keys": ("++ctrl+c++", "`Ctrl+C`\n"),
    "terms": ("Term\n: Meaning\n", "**Term**:\nMeaning\n"),
    "rules between parts": ("a\n\n---\n\nb\n\n***\n", "a\n\nb\n"),
    "a shortcode": ("a {{< x >}} b", "a  b\n"),
    "lines of programs": ("import X from 'x'\n\nText.", "Text.\n"),
    "icons": ("a :material-check: b", "a  b\n"),
    "wiki links": ("See [[page|this]].", "See this.\n"),
}


@pytest.mark.parametrize(("given_text", "wanted"), CASES.values(), ids=CASES.keys())
def test_what_becomes_of(given_text: str, wanted: str) -> None:
    assert text_of(given_text) == wanted


REMARKS = {
    "a head": ("---\ntitle: T\ntags: [a]\nlayout: x\n---\nText", "these were left out: layout, tags"),
    "a link to a page": ("[a](other.md)", "leads to the lesson Other"),
    "a dead link": ("[a](none.md)", "leads to nothing"),
    "a script": ("a\n\n<script>x</script>", "<script> was left out"),
    "a frame": ("a\n\n<iframe src=x></iframe>", "<iframe> was left out"),
    "a highlight": ("==a==", "highlight became bold"),
    "a missing footnote": ("a[^x]", "is not there"),
    "a picture without words": ("![](img/lamp.png)", "no words"),
    "a tag": ("<video>a</video>", "<video> was taken out"),
    "an abbreviation": ("a\n\n*[HTML]: x\n", "abbreviation"),
    "an empty page": ("", "nothing on this page"),
    "a broken head": ("+++\ntitle = \n+++\nText", "cannot be read"),
}


@pytest.mark.parametrize(("given_text", "words"), REMARKS.values(), ids=REMARKS.keys())
def test_what_is_told_of(given_text: str, words: str) -> None:
    assert any(words in sentence for sentence in told(given_text, **{"other.md": "# Other\n\nText."}))


def test_a_draft_and_pages_about_the_project_are_left_out() -> None:
    made = made_of("Text.", **{"d.md": "---\ndraft: true\n---\nx", "CHANGELOG.md": "x", "LICENSE.md": "x"})
    assert [lesson.path for lesson in made.lessons] == ["page.md"]
    assert {finding.file for finding in made.findings} == {"d.md", "CHANGELOG.md", "LICENSE.md"}


def test_pages_come_in_the_order_of_their_numbers_and_positions() -> None:
    texts = {
        "10-c.md": "x",
        "2-b.md": "x",
        "README.md": "x",
        "z.md": "---\nweight: 1\n---\nx",
        "d/index.md": "x",
        "d/a.md": "x",
    }
    made = convert(Source(texts, {}), WANTED)
    assert [lesson.path for lesson in made.lessons] == [
        "README.md",
        "z.md",
        "2-b.md",
        "10-c.md",
        "d/index.md",
        "d/a.md",
    ]
    assert [lesson.title for lesson in made.lessons] == ["Listening", "z", "b", "c", "d", "a"]


def test_a_first_heading_that_all_pages_share_is_not_their_title() -> None:
    texts = {f"{name}.md": f"# The book\n\n## {name} things\n\nText." for name in ("a", "b", "c")}
    made = convert(Source(texts, {}), WANTED)
    assert [lesson.title for lesson in made.lessons] == ["a things", "b things", "c things"]
    assert "The book" not in made.lessons[0].texts["en"]


def test_one_endless_paragraph_is_cut_between_sentences() -> None:
    made = made_of("# Long\n\n" + "This is a sentence of seven words. " * 600)
    assert len(made.lessons) > 4
    assert all(lesson.minutes <= MOST_MINUTES for lesson in made.lessons)
    assert made.lessons[0].title == "Long"


def test_a_long_table_keeps_its_head_in_each_part() -> None:
    rows = "".join(f"| field number {n} | what it is for and when to fill it |\n" for n in range(400))
    made = made_of("# T\n\n| Name | Meaning |\n|---|---|\n" + rows)
    assert len(made.lessons) > 2
    assert all("| Name | Meaning |\n| --- | --- |" in lesson.texts["en"] for lesson in made.lessons)


def test_more_lessons_than_two_digits_can_number_become_several_courses() -> None:
    texts = {f"{part}/{n}.md": f"# {part}{n}\n\nText." for part in "abc" for n in range(50)}
    made = convert(Source(texts, {}), WANTED)
    assert [(course.slug, len(course.lessons)) for course in made.courses] == [
        ("listening", 50),
        ("listening-2", 50),
        ("listening-3", 50),
    ]
    assert made.courses[1].title_en == "Listening (2/3)"


def test_sentences_that_may_be_key_points_are_proposed_and_not_marked() -> None:
    made = made_of(
        "Text.\n\n**Say your name before anything else.**\n\nA callback is a call that we make later on. More."
    )
    assert made.lessons[0].proposals == (
        "Say your name before anything else.",
        "A callback is a call that we make later on.",
    )
    assert "==" not in made.lessons[0].texts["en"]


SNIPPETS = st.sampled_from([case for case, _ in CASES.values()] + [case for case, _ in REMARKS.values()])
NOISE = st.text(alphabet="#>-*+_`~=:|!?[](){}<>/\\\"'$^&%@.,0123456789abc \t\n中文。\u200b\ue000", max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(SNIPPETS, NOISE), max_size=8), st.sampled_from(["\n\n", "\n", "\n> ", "\n    ", "\n- "]))
def test_whatever_a_page_holds_it_becomes_lessons_that_can_be_read(parts: list[str], between: str) -> None:
    made = made_of(between.join(parts))
    for lesson in made.lessons:
        for language, text in lesson.texts.items():
            source = parse_lesson(text)
            assert errors(source.findings) == (), (text, [f.sentence() for f in errors(source.findings)])
            html = json.dumps(blocks(source, language, {}))
            assert not re.search(r"<script|<[^<>]*(?:=.\"\s*(?:javascript|data):|\son\w+=)", html, re.IGNORECASE)


def test_hostile_pages_give_nothing_that_runs() -> None:
    text = "<img src=x onerror=alert(1)> <svg onload=x></svg> [a](JaVaScRiPt:x) ![c](data:image/svg+xml,x)"
    text += ' <a href="vbscript:x">b</a>'
    html = markup.markdown(text_of(text))
    assert not re.search(r"onerror|onload|script:|data:|<svg", html, re.IGNORECASE)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(content, ["convert", *[str(word) for word in words], *NAMES])


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no page of Markdown" in run(tmp_path / "empty", tmp_path / "out").output
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# A\n\nText.")
    assert run(tmp_path / "in", tmp_path / "out").exit_code == 0
    assert "is not empty" in run(tmp_path / "in", tmp_path / "out").output


def test_a_zip_of_another_tool_is_converted_too_and_a_hostile_one_is_not(
    run: Callable[..., Result], tmp_path: Path
) -> None:

    (tmp_path / "good.zip").write_bytes(zipped({"docs/a.md": b"# A\n\nText."}))
    assert run(tmp_path / "good.zip", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out/listening/01-a/lesson.en.md").is_file()
    (tmp_path / "bad.zip").write_bytes(named("../a.md"))
    assert "Nothing was converted." in run(tmp_path / "bad.zip", tmp_path / "out2").output
