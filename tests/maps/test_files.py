"""FreeMind files of every habit: they come in, go out, come in again, and compare equal."""

from pathlib import Path
from time import process_time

import pytest

from lms.errors import Invalid
from lms.maps.reading import kind_of, read_map
from lms.maps.rules import freemind, opml, outline
from lms.maps.rules.tree import Node, differences
from tests.maps import fixtures
from tests.maps.test_rules import bare

FILES = sorted(fixtures.FOLDER.glob("*.mm"))


def test_the_files_are_those_that_the_generator_writes() -> None:
    assert {path.name: path.read_bytes() for path in FILES} == fixtures.files()
    assert len(FILES) >= 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_in_goes_out_and_compares_equal(path: Path) -> None:
    tree = read_map(path.read_bytes(), "mm", title=path.stem).tree
    for kind, write, carried in (
        ("mm", freemind.write, tree),
        ("opml", opml.write, tree),
        ("md", outline.write, bare(tree)),
    ):
        again = read_map(write(tree).encode(), kind).tree
        assert again == carried, differences(carried, again)


def loaded(name: str) -> Node:
    return read_map((fixtures.FOLDER / f"{name}.mm").read_bytes(), "mm").tree


@pytest.mark.parametrize(
    ("name", "tree"),
    [
        (
            "01-plain",
            Node("The repair call", children=(Node("Opening"), Node("Promise", children=(Node("City: 45 minutes"),)))),
        ),
        ("02-numeric-characters", Node("报修来电", children=(Node("äöü"),))),
        ("03-folded", Node("Call", children=(Node("Closing", folded=True, children=(Node("Say it back"),)),))),
        ("05-rich-node", Node("The repair call", children=(Node("Leaf"),))),
        ("06-rich-note", Node("Promise", note="City: 45 minutes\n\nSuburb: 90 minutes")),
        ("07-rich-list", Node("Danger", note="• wire down\n• smoke\n• water\nin the cellar")),
        ("08-rich-table", Node("City\n45")),
        ("14-old-note-hook", Node("Old", note="First line\nSecond line")),
        ("16-line-ends", Node("Two\nlines", children=(Node("And\nmore"),))),
        ("17-named-characters", Node("Café — open", note="“Yes” & … <b>")),
        ("18-freeplane-details", Node("Plane", note="The details", children=(Node("Leaf", note="The note"),))),
        ("25-gbk", Node("报修来电", children=(Node("四声之内"),))),
        ("26-utf-16", Node("Ümläut", children=(Node("雨"),))),
        ("27-latin", Node("Straße, grün é")),
    ],
)
def test_what_a_file_says_is_read(name: str, tree: Node) -> None:
    assert loaded(name) == tree


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("04-links", {"links_dropped", "connections"}),
        ("09-icons", {"icons"}),
        ("10-edges-and-fonts", {"formatting"}),
        ("11-cloud", {"formatting"}),
        ("12-attributes", {"attributes"}),
        ("13-arrows", {"connections"}),
        ("15-pictures", {"images"}),
        ("18-freeplane-details", {"formatting"}),
        ("20-encrypted", {"encrypted"}),
        ("22-dangerous-links", {"links_dropped"}),
        ("01-plain", set()),
    ],
)
def test_what_is_left_out_is_told(name: str, kinds: set[str]) -> None:
    read = read_map((fixtures.FOLDER / f"{name}.mm").read_bytes(), "mm")
    assert {line[0] for line in read.losses} == kinds


def test_what_could_run_is_gone() -> None:
    written = freemind.write(loaded("22-dangerous-links")).lower()
    assert not [word for word in ("script", "data:", "alert", "style") if word in written]


BOMB = '<!DOCTYPE m [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 9}">' for n in range(1, 9)) + "]>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (f'{BOMB}<map><node TEXT="&a8;"/></map>'.encode(), "entities"),
        (b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><map><node TEXT="&x;"/></map>', "entities"),
        (b'<!DOCTYPE m SYSTEM "http://evil.example/m.dtd"><map><node TEXT="x"/></map>', "entities"),
        (b"<map>" + b'<node TEXT="x">' * 30_000 + b"</node>" * 30_000 + b"</map>", "too_deep"),
        (b"<map>" + b'<node TEXT="x">' * 51 + b"</node>" * 51 + b"</map>", "too_deep"),
        (b"<map><node>" + b'<node TEXT="x"/>' * 5_000 + b"</node></map>", "too_many"),
        (b"<map><node TEXT='x'", "broken"),
        (b"<map><node TEXT='&undefined;'/></map>", "broken"),
        (b"", "broken"),
        (b"\xff\xfe\x00", "not_text"),
        (b"<?xml version='1.0' encoding='UTF-8'?><map><node TEXT='\xff'/></map>", "not_text"),
        (b"x" * 1_000_001, "too_large"),
        (b"<opml/>", "no_map"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as error:
        read_map(data, "mm")
    assert error.value.code == code


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert read_map(b"<map><node TEXT='a&#1;b&#x1F;c\x02'/></map>", "mm").tree.text == "abc"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.MM", b"", "mm"),
        ("a.opml", b"", "opml"),
        ("a.txt", b"", "md"),
        ("a.xml", b"<?xml?><opml>", "opml"),
        ("a", b"<map version='1'>", "mm"),
        ("a", b"- x", "md"),
    ],
)
def test_a_file_is_known_by_its_name_or_by_how_it_begins(name: str, data: bytes, kind: str) -> None:
    assert kind_of(name, data) == kind


def test_long_texts_are_cut_and_said() -> None:
    read = read_map(f"<map><node TEXT='{'x' * 2001}'/></map>".encode(), "mm")
    assert (len(read.tree.text), read.losses[0][:2]) == (2000, ("text_cut", 1))


def test_notes_of_a_hundred_thousand_paragraphs_are_read_at_once() -> None:
    paragraphs = "<style/> " + "<p>a</p>" * 100_000
    note = f'<richcontent TYPE="NOTE"><html><body>{paragraphs}</body></html></richcontent>'
    began = process_time()
    tree = read_map(f'<map><node TEXT="x">{note}</node></map>'.encode(), "mm").tree
    assert process_time() - began < 10  # with their square it would be minutes
    assert tree.note.startswith("a\na\na")


@pytest.mark.parametrize("encoding", ["punycode", "idna", "undefined", "unicode_escape", "rot13", "no-such"])
def test_what_is_no_encoding_of_files_is_refused(encoding: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_map(f'<?xml version="1.0" encoding="{encoding}"?>-a9a9'.encode(), "mm")
    assert refused.value.code == "not_text"


@pytest.mark.parametrize(
    "line",
    [
        "# " + "`" * 400_000,
        "\n".join("# " + "`" * 7_000 for _n in range(50)),
        "# " + "<!--" * 200_000,
        "\n".join("# " + "<!--" * 1_900 for _n in range(50)),
        "# x" + " " * 400_000 + "y",
        "- " + "[" * 400_000,
    ],
    ids=["ticks", "lines of ticks", "comments", "lines of comments", "blanks", "brackets"],
)
def test_a_text_of_signs_by_the_thousand_is_read_at_once(line: str) -> None:
    began = process_time()
    read_map(line.encode(), "md")
    assert process_time() - began < 10


def test_a_list_of_a_thousand_levels_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_map("\n".join(" " * n + "- a" for n in range(1_000)).encode(), "md")
    assert refused.value.code == "too_deep"


@pytest.mark.parametrize(
    ("line", "words"),
    [("# A #", "A"), ("# A ## ", "A"), ("# A#", "A#"), ("# C# and F#", "C# and F#"), ("# `` a ` b `` c", "a ` b c")],
)
def test_closing_signs_and_code_are_read_as_they_are_meant(line: str, words: str) -> None:
    assert read_map(f"{line}\n- x".encode(), "md").tree.text == words
