import re
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.maps.reading import read_map
from lms.maps.rules import drawing, freemind, opml, outline
from lms.maps.rules.blank import blank, graded, seed
from lms.maps.rules.drawing import text_width, wrapped
from lms.maps.rules.personal import Known, as_tree, node_ids, put_on
from lms.maps.rules.tree import (
    DEEPEST,
    MOST_NODES,
    Node,
    carried,
    clean,
    differences,
    flaw,
    from_stored,
    safe_link,
    scheme_of,
    stored,
    words,
)

SPECIAL = "ab *_~=[]()<>&#!`\\-+1.|\n>\"'：。汉é\t\x00\u2028\ud800"
TEXTS = st.text(max_size=30) | st.text(alphabet=SPECIAL, max_size=30)
LINKS = st.sampled_from(["", "https://a.example/x?y=1&z=<2>", "/lessons/3#b", "mailto:a@b.example", "http://a/`_*\\"])
REFS = st.sampled_from(["", "lesson-3", "point-77"])
TREES = st.recursive(
    st.builds(Node, text=TEXTS, note=TEXTS, link=LINKS, ref=REFS),
    lambda children: st.builds(
        Node,
        text=TEXTS,
        note=TEXTS,
        link=LINKS,
        ref=REFS,
        folded=st.booleans(),
        children=st.lists(children, max_size=4).map(tuple),
    ),
    max_leaves=12,
).map(lambda tree: clean(replace(tree, text=f"r{tree.text}")))


def bare(tree: Node) -> Node:
    """Return what Markdown can carry of a tree."""
    return replace(tree, ref="", folded=False, children=tuple(map(bare, tree.children)))


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_every_form_gives_back_what_it_was_given(tree: Node) -> None:
    for kind, write, carries in (
        ("mm", freemind.write, tree),
        ("opml", opml.write, tree),
        ("md", outline.write, bare(tree)),
    ):
        back = read_map(write(tree).encode(), kind)
        assert back.tree == carries, (kind, differences(carries, back.tree))
        assert back.losses == ()


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_what_is_stored_and_cleaned_again_is_the_same(tree: Node) -> None:
    assert from_stored(stored(tree)) == tree
    assert clean(tree) == tree
    assert differences(tree, tree) == []


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_a_drawing_is_well_formed_and_holds_nothing_that_runs(tree: Node) -> None:
    root = fromstring(drawing.draw(tree, {"point-77": "ok", "lesson-3": "warn"}))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "rect", "g", "path", "text", "tspan", "a"}
    for element in root.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert re.match(r"https?:|mailto:|$", element.get("href", ""))


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  two  words \t here ", "two words here"),
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("a\n\n\n\nb\n", "a\n\nb"),
        ("a\x00b\ud800c\u2028d", "abcd"),
        ("x" * 3000, "x" * 2000),
    ],
)
def test_words_are_put_in_order(given_text: str, kept: str) -> None:
    assert words(given_text) == kept


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " JaVa\tScript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/\\evil.example",
        "java\x00script:x",
        "other.mm",
        "https://" + "x" * 2000,
        "blob:x",
        "about:blank",
        "",
    ],
)
def test_links_that_could_do_harm_are_no_links(link: str) -> None:
    assert safe_link(link) == ""


@pytest.mark.parametrize(
    "link", ["https://a.example/x", "HTTP://a.example", "mailto:a@b.example", "tel:95598", "/lessons/3"]
)
def test_links_to_the_web_a_mail_a_telephone_or_a_page_of_ours_stay(link: str) -> None:
    assert safe_link(link) == link


def test_the_scheme_of_a_dropped_link_is_named() -> None:
    assert [scheme_of(link) for link in (" JaVa\tScript:x", "no scheme")] == ["javascript", ""]


def chain(length: int) -> Node:
    tree = Node("x")
    for _ in range(length - 1):
        tree = Node("x", children=(tree,))
    return tree


def test_a_map_has_its_limits() -> None:
    assert flaw(chain(DEEPEST)) is None
    assert flaw(chain(DEEPEST + 1)) == "too_deep"
    assert flaw(Node("x", children=(Node("y"),) * (MOST_NODES - 1))) is None
    assert flaw(Node("x", children=(Node("y"),) * MOST_NODES)) == "too_many"


def test_differences_are_named_by_their_place() -> None:
    one = Node("a", children=(Node("b"), Node("c", note="n")))
    assert differences(one, Node("a", children=(Node("b"), Node("c", folded=True)))) == [
        "root.1: note 'n' / ''",
        "root.1: folded False / True",
    ]
    assert differences(one, Node("a")) == ["root: 2 / 0 children"]


def test_references_come_back_after_a_form_that_cannot_carry_them() -> None:
    old = Node("a", ref="lesson-1", folded=True, children=(Node("b", ref="point-1"), Node("b", ref="point-2")))
    new = Node("a", children=(Node("new"), Node("b"), Node("b"), Node("b")))
    kept = carried(old, new)
    assert [child.ref for child in kept.children] == ["", "point-1", "point-2", ""]
    assert (kept.ref, kept.folded) == ("lesson-1", True)
    assert carried(old, Node("other")).ref == ""


MARKDOWN = """---
title: x
---
# The repair call

Some words before.

## Opening
Said first.
1. Within *four* rings
   - [x] or `12 s`
2. Hour, [centre](https://power.example "t") and ![logo](a.png) [more](http://b.example)

***

Setext
------
* one
\t* tab below

```
- no item
```
> quoted &amp; kept
"""


def test_foreign_markdown_becomes_a_map() -> None:
    read = read_map(MARKDOWN.encode(), "md")
    opening, setext = read.tree.children
    assert (read.tree.text, read.tree.note) == ("The repair call", "Some words before.")
    assert (opening.text, opening.note) == ("Opening", "Said first.")
    assert opening.children[0] == Node("Within four rings", children=(Node("or 12 s"),))
    assert (opening.children[1].text, opening.children[1].link) == (
        "Hour, centre and logo more",
        "https://power.example",
    )
    assert setext.text == "Setext"
    assert setext.children[0].children[0].text == "tab below"
    assert setext.note == "- no item\nquoted & kept"
    assert {line[0] for line in read.losses} == {"images", "connections"}


@pytest.mark.parametrize(
    ("text", "root", "children"),
    [
        ("- a\n- b", "title", 2),
        ("# a\n# b", "title", 2),
        ("- a\n  - b", "a", 1),
        ("words\n- a", "title", 1),
        ("# a #\n---\n- b", "a", 1),
    ],
)
def test_several_tops_hang_on_the_title(text: str, root: str, children: int) -> None:
    tree = read_map(text.encode(), "md", title="title").tree
    assert (tree.text, len(tree.children)) == (root, children)


def test_an_outline_with_several_tops_hangs_on_its_title() -> None:
    source = b"""<opml version="2.0"><head><title>All</title></head><body><outline text="a" color="red" htmlUrl="https://a.example"/>
    <outline title="b" note="n"/></body></opml>"""
    read = read_map(source, "opml")
    assert read.tree == Node("All", children=(Node("a", link="https://a.example"), Node("b", note="n")))
    assert read.losses == (("attributes", 1, "color"),)


def test_a_root_without_words_takes_the_title() -> None:
    assert read_map(b"<map><node/></map>", "mm", title="call").tree.text == "call"
    assert read_map(b"<map><node/></map>", "mm").tree.text == "…"


def test_han_characters_are_as_wide_as_they_are_high_and_break_anywhere() -> None:
    assert text_width("报修来电") == pytest.approx(60.8)
    assert text_width("ill") < text_width("MMM")
    assert (
        wrapped("报修来电，四声之内", 80) == ("报修来", "电，四", "声之内")
        or len(wrapped("报修来电，四声之内", 80)) >= 2
    )
    assert wrapped("within four rings", 60) == ("within", "four", "rings")
    assert all(text_width(line) <= 80 for line in wrapped("x" * 99, 80))
    assert wrapped("a\nb") == ("a", "b")


def test_a_drawing_shows_marks_notes_and_links() -> None:
    tree = Node(
        "root",
        children=(
            Node("sits", ref="point-1", note="a <note>"),
            Node("site", link="https://a.example/?a=1&b=2", children=(Node("leaf", link="/lessons/1"),)),
        ),
    )
    drawn = drawing.draw(tree, {"point-1": "ok"})
    assert "✓ sits" in drawn
    assert "<title>a &lt;note&gt;</title>" in drawn
    assert 'href="https://a.example/?a=1&amp;b=2"' in drawn
    assert "/lessons/1" not in drawn


def course(points: int) -> list[dict[str, object]]:
    keys = [
        {
            "id": f"point-{n}",
            "key_point_id": n,
            "text": f"Point {n}",
            "kind": "key",
            "number": n,
            "url": "/x",
            "children": [],
        }
        for n in range(1, points + 1)
    ]
    return [{"id": "heading-1-0", "text": "Opening", "kind": "heading", "url": "/x", "children": keys}]


def test_the_same_try_of_a_day_has_the_same_gaps_and_another_has_others() -> None:
    one, same = (
        blank(course(20), seed(7, "lesson-1", "2026-03-17", 1)),
        blank(course(20), seed(7, "lesson-1", "2026-03-17", 1)),
    )
    other = blank(course(20), seed(7, "lesson-1", "2026-03-17", 2))
    assert one == same
    assert one.gaps != other.gaps
    assert len(one.gaps) == 10
    assert sorted(gap.node for gap in one.pool) == sorted(gap.node for gap in one.gaps)
    assert len(blank(course(90), 1).gaps) == 12
    assert len(blank(course(4), 1).gaps) == 3


def test_a_gap_does_not_tell_what_belongs_there() -> None:
    made = blank(course(20), 1)
    shown = [node for node in made.branches[0]["children"] if node["kind"] == "gap"]
    assert [node["gap"] for node in shown] == list(range(1, 11))
    assert {node["text"] for node in shown} == {""}
    assert not {gap.node for gap in made.gaps} & set(node_ids(made.branches))


def test_a_map_without_points_takes_its_leaves() -> None:
    leaves = [
        {"id": f"heading-1-{n}", "text": f"H{n}", "kind": "heading", "url": "/x", "children": []} for n in range(4)
    ]
    assert len(blank(leaves, 1).gaps) == 3
    assert blank([], 1).gaps == ()


def test_each_gap_is_graded_and_says_where_a_wrong_word_belongs() -> None:
    made = blank(course(6), 3)
    first, second, third = (gap.node for gap in made.gaps)
    assert all(one.right for one in graded(made, {1: first, 2: second, 3: third}))
    swapped = graded(made, {1: second, 2: first})
    assert [(one.right, one.belongs) for one in swapped] == [(False, 2), (False, 1), (False, None)]
    assert swapped[2].put is None
    twice = graded(made, {1: second, 2: second, 3: "point-999"})
    assert [(one.right, one.put is None) for one in twice] == [(False, False), (False, True), (False, True)]


def test_words_that_are_the_same_may_change_places() -> None:
    branches = course(6)
    for node in branches[0]["children"]:  # type: ignore[attr-defined]
        node["text"] = "the same"
    made = blank(branches, 3)
    first, second, third = (gap.node for gap in made.gaps)
    assert all(one.right for one in graded(made, {1: second, 2: first, 3: third}))


def test_memory_notes_and_reviews_are_put_on_a_map_of_ones_own() -> None:
    (branch,) = put_on(
        course(2), known={1: Known("warn", 0.81234)}, notes={"point-2": "n"}, review=lambda node: f"/r/{node}"
    )
    one, two = branch["children"]
    assert (one["state"], one["recall"], one["review_url"]) == ("warn", 0.812, "/r/point-1")
    assert (two["note"], branch["review_url"]) == ("n", "/r/heading-1-0")
    (plain,) = put_on(course(2), known={1: Known("ok", 1)}, notes={}, review=None)
    assert "review_url" not in plain
    assert "state" not in plain["children"][0]


def test_a_course_becomes_a_tree_with_references_and_links_to_this_site() -> None:
    tree = as_tree("Repair", course(1), node="course-3", note="mine", site="https://lms.example")
    assert (tree.text, tree.note, tree.ref) == ("Repair", "mine", "")
    assert tree.children[0].children[0] == Node("Point 1", link="https://lms.example/x", ref="point-1")
