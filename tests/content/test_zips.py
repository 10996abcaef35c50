# names are sentences
"""Zips from strangers: none escapes its folder, none fills the memory, each is refused with a clear sentence."""

import io
import resource
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.content.ondisk.doors import opened_zip
from lms.content.ondisk.zips import pack, unpack
from lms.content.rules import packing
from lms.content.rules.packing import Entry, decoded, judge
from lms.content.rules.recognition import Kind, recognise
from lms.courses.rules.findings import errors
from lms.web.i18n import chinese
from tests.content.zips import GOOD, HOSTILE, crafted, named, zipped


def inside(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("make_zip", "word"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_zip_is_refused_in_both_languages_and_leaves_nothing(
    make_zip: Callable[[], bytes], word: str, tmp_path: Path
) -> None:
    target = tmp_path / "a" / "b" / "target"
    target.mkdir(parents=True)
    wrong = errors(unpack(io.BytesIO(make_zip()), target))
    sentences = [finding.sentence() for finding in wrong]
    assert any(word in sentence for sentence in sentences), sentences
    for finding in wrong:
        said = finding.sentence(chinese().gettext)
        assert any("一" <= char <= "鿿" for char in said), finding.template
        assert finding.file.isprintable()
    assert inside(tmp_path) <= {"a/b/target/basics/course.yaml"}


@pytest.mark.parametrize(("make_zip", "_word"), HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_of_a_refused_zip_is_handed_on(make_zip: Callable[[], bytes], _word: str) -> None:
    with opened_zip(io.BytesIO(make_zip()), "evil") as parcel:
        assert errors(parcel.findings)
        assert inside(parcel.root) == set()
        assert parcel.what == "nothing"
        folder = parcel.root
    assert not folder.exists()


def test_memory_stays_small_whatever_a_zip_promises(tmp_path: Path) -> None:
    bombs = [made() for name, (made, _word) in HOSTILE.items() if "bomb" in name or "many" in name]
    tracemalloc.start()
    for n, bomb in enumerate(bombs):
        target = tmp_path / str(n)
        target.mkdir()
        unpack(io.BytesIO(bomb), target)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0


def test_names_of_a_zip_from_chinese_windows_are_read_as_gbk(tmp_path: Path) -> None:
    name = "培训/第一课 开场白.md"
    made = crafted([(name.encode("gbk"), "# 您好".encode(), {})])
    assert unpack(io.BytesIO(made), tmp_path) == ()
    assert inside(tmp_path) == {name}


@pytest.mark.parametrize(
    ("raw", "utf8", "name"),
    [
        ("课.md".encode(), False, "课.md"),
        ("课.md".encode("gbk"), False, "课.md"),
        (b"lesson.md", False, "lesson.md"),
        ("课.md".encode("gbk"), True, None),
        (b"\x80\xff", False, None),
    ],
    ids=["utf-8 without a flag", "gbk", "ascii", "gbk that is called utf-8", "nothing known"],
)
def test_how_a_name_is_read(raw: bytes, utf8: bool, name: str | None) -> None:  # a table's column
    assert decoded(raw, utf8=utf8) == name


def test_names_come_out_composed(tmp_path: Path) -> None:
    unpack(io.BytesIO(zipped({"a/e\u0301.md": b"x"})), tmp_path)
    assert inside(tmp_path) == {"a/é.md"}


def test_what_systems_leave_behind_is_passed_over_in_silence(tmp_path: Path) -> None:
    junk = {"__MACOSX/basics/._course.yaml": b"x", "basics/.DS_Store": b"x", "Thumbs.db": b"x", ".git/config": b"x"}
    assert unpack(io.BytesIO(zipped(GOOD | junk)), tmp_path) == ()
    assert inside(tmp_path) == set(GOOD)


def test_an_archive_inside_is_passed_over_and_told(tmp_path: Path) -> None:
    found = unpack(io.BytesIO(zipped(GOOD | {"basics/more.zip": b"PK"})), tmp_path)
    assert [(finding.level, finding.file) for finding in found] == [("warning", "basics/more.zip")]
    assert inside(tmp_path) == set(GOOD)


def test_folders_and_text_that_packs_well_are_fine(tmp_path: Path) -> None:
    text = ("A sentence of a lesson, said once more. " * 200).encode()
    assert unpack(io.BytesIO(crafted([(b"a/", b"", {}), (b"a/b.md", text, {})])), tmp_path) == ()
    assert (tmp_path / "a/b.md").read_bytes() == text


def test_a_zip_behind_other_bytes_is_still_judged(tmp_path: Path) -> None:
    assert errors(unpack(io.BytesIO(b"#!/bin/sh\n" + named("../evil")), tmp_path))


def test_a_zip_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST_ZIP", 50)
    (finding,) = unpack(io.BytesIO(zipped(GOOD)), tmp_path)
    assert finding.sentence() == "The file is larger than 50 bytes."


def test_a_name_that_the_disk_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "basics").write_text("in the way")
    (finding,) = errors(unpack(io.BytesIO(zipped(GOOD)), tmp_path))
    assert "cannot be stored" in finding.sentence()


def test_the_list_alone_decides() -> None:
    verdict = judge([Entry(b"a.md", size=10, packed=5), Entry(b"b/"), Entry(b".hidden")])
    assert verdict.files == {0: "a.md"}
    assert verdict.findings == ()


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "课.md").write_text("x")
    (tmp_path / "a.md").write_text("y")
    first, second = io.BytesIO(), io.BytesIO()
    assert pack(tmp_path, first) == 2
    (tmp_path / "a.md").touch()
    pack(tmp_path, second)
    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as made:
        assert made.namelist() == ["a.md", "b/课.md"]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["basics/course.yaml", "basics/01-a/lesson.zh.md"], Kind("ours", "", None)),
        (["wrapped/basics/course.yaml", "wrapped/tracks/a.yaml"], Kind("ours", "wrapped", None)),
        (["course.yaml", "01-a/lesson.zh.md"], Kind("ours", "", "my-course")),
        (["x/y/course.yaml", "x/y/01-a/lesson.zh.md"], Kind("ours", "x", None)),
        (["profiles/agent.yaml"], Kind("ours", "", None)),
        (["docs/a.md", "docs/b.md"], Kind("foreign", "docs", None)),
        (["README.md", "src/a.md"], Kind("foreign", "", None)),
        (["a.png"], Kind("nothing", "", None)),
        ([], Kind("nothing", "", None)),
    ],
    ids=[
        "a library",
        "a wrapped one",
        "one course",
        "a course in two folders",
        "profiles",
        "docs",
        "pages",
        "a picture",
        "nothing",
    ],
)
def test_what_a_heap_of_files_is(files: list[str], kind: Kind) -> None:
    assert recognise(files, "My Course") == kind
