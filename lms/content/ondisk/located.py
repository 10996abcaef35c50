"""Reads YAML so that every value knows its line: no tags, no aliases, no depth that could hurt, no key twice."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

from lms.content.rules.library import NOTHING, Both, Place
from lms.courses.rules.findings import N_, Finding, Value, error

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 12
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LONGEST_SLUG = 80
LONGEST_TEXT = 4000
LARGEST = 1_000_000
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NULL, BOOL, INT, FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))


@dataclass
class File:
    """The file that is being read: its name, and the findings so far."""

    name: str
    findings: list[Finding]

    def error(self, line: int, template: str, **values: Value) -> None:
        """Note an error in `line`."""
        self.findings.append(error(line, template, file=self.name, **values))


def line_of(thing: Any) -> int:
    """Return the number of the line in which a node or an event of PyYAML begins."""
    return int(thing.start_mark.line) + 1


def compose(text: str, file: File) -> yaml.Node | None:
    """Return the root of a YAML text, or None with a finding where it cannot be read or is not to be trusted."""
    try:
        if _refused(text, file):
            return None
        root: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        file.error(mark.line + 1 if mark else 1, N_("YAML: %(problem)s"), problem=wrong.problem or wrong.context or "?")
        return None
    except yaml.YAMLError:
        file.error(1, N_("The file holds characters that YAML does not allow."))
        return None
    if root is None:
        file.error(1, N_("The file is empty."))
    return root


def _refused(text: str, file: File) -> bool:
    """Say whether the text holds what a library never needs and an attacker might: deep nesting, aliases, tags."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = line_of(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            file.error(line, N_("This is nested too deeply."))
            return True
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            file.error(line, N_("Anchors (&) and aliases (*) are not used; write it out, or put the text in quotes."))
            return True
        if getattr(event, "tag", None):
            file.error(line, N_("Tags (!) are not used; put the text in quotes."))
            return True
    return False


class Table:
    """A mapping and its place. Every getter notes a finding and returns a harmless value where the file is wrong."""

    def __init__(self, node: yaml.Node | None, file: File, what: str = "") -> None:
        self.file = file
        self.line = line_of(node) if node else 1
        self.place = Place(file.name, self.line)
        self.nodes: dict[str, yaml.Node] = {}
        self.lines: dict[str, int] = {}
        self.asked: list[str] = []
        self.sound = isinstance(node, yaml.MappingNode)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._take(key, value)
        elif node is not None:
            file.error(
                self.line,
                N_("A group of “key: value” lines is expected here%(what)s."),
                what=f" ({what})" if what else "",
            )

    def _take(self, key: yaml.Node, value: yaml.Node) -> None:
        line = line_of(key)
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name in self.nodes:
            self.file.error(line, N_("“%(key)s” is written twice."), key=name[:80])
            return
        self.nodes[name] = value
        self.lines[name] = line

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for name in self.nodes.keys() - set(self.asked):
            meant = get_close_matches(name, [key for key in self.asked if key not in self.nodes], 1)
            line, key = self.lines[name], name[:80]
            if meant:
                self.file.error(line, N_("“%(key)s” is not known here; is “%(meant)s” meant?"), key=key, meant=meant[0])
            else:
                known = ", ".join(self.asked)
                self.file.error(line, N_("“%(key)s” is not known here; known are: %(known)s."), key=key, known=known)

    def has(self, key: str) -> bool:
        """Say whether `key` is there with a value."""
        if key not in self.asked:
            self.asked.append(key)
        node = self.nodes.get(key)
        return node is not None and node.tag != NULL

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or of the whole where it is missing."""
        return self.lines.get(key, self.line)

    def _node(self, key: str) -> yaml.Node | None:
        if self.has(key):
            return self.nodes[key]
        if self.sound:
            self.file.error(self.line_of(key), N_("“%(key)s” is missing."), key=key)
        return None

    def wrong(self, key: str, template: str, **values: Value) -> None:
        """Note that what stands under `key` is wrong."""
        self.file.error(self.line_of(key), template, **{"key": key, **values})

    def text(self, key: str, longest: int = LONGEST_TEXT) -> str:
        """Return a text of at most `longest` characters, as it is written."""
        node = self._node(key)
        return self._text(node, key, longest) if node is not None else ""

    def _text(self, node: yaml.Node, key: str, longest: int) -> str:
        line = line_of(node)
        if not isinstance(node, yaml.ScalarNode):
            self.file.error(line, N_("“%(key)s” must be a text."), key=key)
            return ""
        text = str(node.value).strip()
        if UNSTORABLE.search(text):
            self.file.error(line, N_("“%(key)s” holds a character that is no text."), key=key)
        elif len(text) > longest:
            self.file.error(line, N_("“%(key)s” is longer than %(most)s characters."), key=key, most=longest)
        elif not text:
            self.file.error(line, N_("“%(key)s” is empty."), key=key)
        else:
            return text
        return ""

    def both(self, key: str, longest: int = LONGEST_TEXT) -> Both:
        """Return a text in both languages."""
        node = self._node(key)
        if node is None:
            return NOTHING
        if not isinstance(node, yaml.MappingNode):
            self.wrong(key, N_("“%(key)s” must be written in both languages: {zh: …, en: …}."))
            return NOTHING
        table = Table(node, self.file)
        for language in ("zh", "en"):
            if not table.has(language):
                self.file.error(
                    table.line, N_("“%(key)s” lacks the translation “%(language)s”."), key=key, language=language
                )
        texts = {
            name: table._text(table.nodes[name], f"{key}.{name}", longest) for name in ("zh", "en") if table.has(name)
        }
        table.done()
        return Both(texts.get("zh", ""), texts.get("en", ""))

    def slug(self, key: str) -> str:
        """Return a name of lower-case Latin letters, digits and hyphens."""
        text = self.text(key, LONGEST_SLUG)
        if text and not SLUG.match(text):
            self.wrong(key, N_("“%(key)s” must be lower-case Latin letters, digits and hyphens."))
        return text

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        """Return one of `choices`."""
        text = self.text(key, LONGEST_SLUG)
        if text and text not in choices:
            self.wrong(key, N_("“%(key)s” must be one of: %(choices)s."), choices=", ".join(choices))
            return choices[0]
        return text or choices[0]

    def whole(self, key: str, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        value = self._number(key, least, most)
        if value != int(value):
            self.wrong(key, N_("“%(key)s” must be a whole number from %(least)s to %(most)s."), least=least, most=most)
            return least
        return int(value)

    def number(self, key: str, least: float = -LARGEST, most: float = LARGEST) -> float:
        """Return a number from `least` to `most`, whole where it is written so."""
        return self._number(key, least, most)

    def _number(self, key: str, least: float, most: float) -> float:
        node = self._node(key)
        if node is None:
            return least
        if (
            isinstance(node, yaml.ScalarNode)
            and node.tag in (INT, FLOAT)
            and re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", node.value)
        ):
            value = float(node.value)
            if least <= value <= most:
                return int(value) if value == int(value) else value
        self.wrong(key, N_("“%(key)s” must be a number from %(least)s to %(most)s."), least=least, most=most)
        return least

    def flag(self, key: str) -> bool:
        """Return true or false."""
        node = self._node(key)
        if node is None:
            return False
        if isinstance(node, yaml.ScalarNode) and node.tag == BOOL and node.value.lower() in ("true", "false"):
            return bool(node.value.lower() == "true")
        self.wrong(key, N_("“%(key)s” must be true or false."))
        return False

    def day(self, key: str) -> date:
        """Return a day written as 2027-06-30."""
        text = self.text(key, 10)
        try:
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self.wrong(key, N_("“%(key)s” must be a day such as 2027-06-30."))
            return date.min

    def _items(self, key: str) -> list[yaml.Node]:
        node = self._node(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, N_("“%(key)s” must be a list."))
            return []
        return list(node.value)

    def texts(self, key: str, longest: int = 200) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(filter(None, (self._text(node, key, longest) for node in self._items(key))))

    def slugs(self, key: str, pattern: re.Pattern[str] = SLUG) -> tuple[str, ...]:
        """Return a list of names, none of them twice."""
        names = self.texts(key, 2 * LONGEST_SLUG)
        for name in names:
            if not pattern.match(name):
                self.wrong(key, N_("“%(key)s”: “%(name)s” is no name of ours."), name=name)
        if len(set(names)) < len(names):
            self.wrong(key, N_("“%(key)s” names something twice."))
        return names

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the groups of a list."""
        for node in self._items(key):
            table = Table(node, self.file, key)
            if table.sound:
                yield table

    def table(self, key: str) -> "Table":
        """Return a group."""
        node = self._node(key)
        table = Table(node, self.file, key)
        table.line = self.line_of(key)
        return table


def read_table(text: str, file: File, take: Callable[[Table], Any]) -> Any:
    """Return what `take` makes of the one group that the file is, or None."""
    root = compose(text, file)
    if root is None:
        return None
    table = Table(root, file)
    if not table.sound:
        return None
    made = take(table)
    table.done()
    return made
