"""Reads a folder of another tool for conversion, and writes the courses that it made."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from lms.content.ondisk.tree import Tree, walk
from lms.content.ondisk.writing import write_library
from lms.content.rules import library
from lms.content.rules.foreign.convert import Conversion, Course, Source
from lms.content.rules.foreign.order import Listed, summary
from lms.content.rules.library import Both, Library
from lms.content.rules.recognition import MARKDOWN
from lms.courses.rules.findings import N_, Finding, warning
from lms.courses.rules.lesson_source import parse_lesson

FOLDERS = re.compile(r"(?:^|/)(?:node_modules|vendor|site-packages|__pycache__|dist|build|target)/")
DEEPEST_NAV = 12


def read_foreign(root: Path) -> Source:
    """Return what is in the folder `root`: pages, pictures, and the table of contents that its tool keeps."""
    tree = walk(root, deepest=DEEPEST_NAV)
    files = {name for name in tree.files if not FOLDERS.search(name)}
    base, contents = _contents(tree, files)
    pages = [name for name in sorted(files) if name.casefold().endswith(MARKDOWN) and name.startswith(base)]
    texts = {name: text for name in pages if (text := tree.text(name)) is not None}
    sizes = {name: tree.files[name].stat().st_size for name in files if not name.casefold().endswith(MARKDOWN)}
    findings = tuple(_softened(finding) for finding in tree.findings)
    return Source(texts, sizes, contents, _positions(tree, files), findings)


def _softened(finding: Finding) -> Finding:
    return warning(finding.line, finding.template, file=finding.file, **dict(finding.values))


def _contents(tree: Tree, files: set[str]) -> tuple[str, tuple[Listed, ...]]:
    """Return the folder that holds the pages and the table of contents, if its tool keeps one."""
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        if name in files and (text := tree.text(name)) is not None:
            return _mkdocs(text)
    for name in sorted((name for name in files if name.casefold().endswith("summary.md")), key=lambda n: n.count("/")):
        folder = name.rsplit("/", 1)[0] if "/" in name else ""
        listed = summary(tree.text(name) or "", folder)
        if len(listed) > 1:
            return (f"{folder}/" if folder else ""), listed
    return "", ()


def _mkdocs(text: str) -> tuple[str, tuple[Listed, ...]]:
    """Return folder and navigation of a mkdocs.yml; it is read as a tree of texts, whatever tags it has."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    folder, listed = "docs", list[Listed]()
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "docs_dir" and isinstance(value, yaml.ScalarNode):
                folder = str(value.value).strip("/")
            elif key.value == "nav":
                listed = [*_nav(value, "", 0)]
    return f"{folder}/", tuple(Listed(f"{folder}/{entry.path}", entry.title) for entry in listed)


def _nav(node: yaml.Node, title: str, depth: int) -> Iterator[Listed]:
    if depth > DEEPEST_NAV:
        return
    if isinstance(node, yaml.ScalarNode):
        if str(node.value).casefold().endswith(MARKDOWN):
            yield Listed(str(node.value), title)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _nav(item, "", depth + 1)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nav(value, str(key.value) if isinstance(key, yaml.ScalarNode) else "", depth + 1)


def _positions(tree: Tree, files: set[str]) -> dict[str, float]:
    """Return the places of folders that Docusaurus keeps in `_category_` files and Hugo in `_index.md`."""
    found = {}
    for name in files:
        folder, _, file = name.rpartition("/")
        if folder and file in ("_category_.json", "_category_.yml", "_category_.yaml", "_index.md"):
            place = re.search(r"^\s*\"?(?:position|weight)\"?\s*[:=]\s*(\d{1,6})", tree.text(name) or "", re.MULTILINE)
            if place:
                found[folder] = float(place.group(1))
    return found


def write_courses(made: Conversion, root: Path, target: Path, *, order: int, owner: str, review_by: date) -> int:
    """Write the courses of a conversion of the folder `root` to the new folder `target`; return how many files.

    Raises NotEmpty where something is there.
    """
    courses = (_course(course, order + n, owner, review_by) for n, course in enumerate(made.courses))
    count = write_library(Library(courses=tuple(courses)), target)
    for course in made.courses:
        for lesson in course.lessons:
            for name, path in lesson.media.items():
                place = target / course.slug / lesson.slug / "media" / name
                place.parent.mkdir(exist_ok=True)
                shutil.copyfile(root / path, place)
                count += 1
    return count


def _course(course: Course, order: int, owner: str, review_by: date) -> library.Course:
    title = Both(course.title_zh, course.title_en)
    lessons = tuple(
        library.Lesson(each.slug, parse_lesson(each.texts["zh"]), parse_lesson(each.texts["en"]), ())
        for each in course.lessons
    )
    return library.Course(course.slug, title, title, course.posts, order, owner, review_by, lessons)


def proposals(made: Conversion) -> tuple[Finding, ...]:
    """Return what each lesson still needs, with the sentences that might be its key points, at its file."""
    found = []
    for course in made.courses:
        for lesson in course.lessons:
            file = f"{course.slug}/{lesson.slug}/lesson.{made.language}.md"
            for text in lesson.proposals:
                line = _line(lesson.texts[made.language], text)
                found.append(warning(line, N_("This may be a key point: “%(text)s”"), file=file, text=text[:200]))
    return tuple(found)


def _line(source: str, text: str) -> int:
    start = text[:20]
    return next((n for n, row in enumerate(source.split("\n"), 1) if start in row.replace("*", "")), 1)
