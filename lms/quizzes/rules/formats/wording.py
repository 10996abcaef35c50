"""Turns the texts of other systems (plain, HTML, Markdown, with spans for languages) into our Markdown, and back.

What is HTML is read as text with a little formatting and nothing else, so nothing of it can ever run.
"""

import html
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, unquote

from lms.courses.rules.findings import N_
from lms.quizzes.rules.formats.cutting import spans, whole_tags, without_spans
from lms.quizzes.rules.formats.foreign import PICTURE_AT
from lms.quizzes.rules.formats.showing import SAFE, clean, to_html

PLAIN, HTML, MARKDOWN, MOODLE = "plain", "html", "markdown", "moodle"
HANZI = re.compile("[㐀-䶿一-鿿豈-﫿]")
LETTER = re.compile(r"[^\W\d_]")
SEVERAL = 0.15  # this share of 汉字 among the letters makes a text Chinese
DROPPED = frozenset({"script", "style", "iframe", "object", "embed", "svg", "form", "head", "noscript", "applet"})
RECORDED = frozenset({"audio", "video"})
BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "blockquote", "pre", "ul", "ol", "dl", "dt", "dd"}
    | {"section", "figure", "article", "header", "footer", "center", "address", "caption", "hr"}
)
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
CODES = frozenset({"code", "tt", "kbd", "samp"})
LEFT_PICTURE = N_("A picture was left out; its words stay in brackets.")
LEFT_RECORDING = N_("A recording was left out.")
LEFT_CODE = N_("Something that runs or is embedded was left out.")
SIGN = re.compile(r"[`\[\]\\]|\*(?!\s)|(?<!\s)\*|(?<![\w_])_{1,2}(?!_)|(?<!_)_{1,2}(?![\w_])|<|&(?=#?\w{1,31};)")
SQUARE = re.compile(r"[\[\]]")
ENTITIES = {"<": "&lt;", "&": "&amp;"}
LINE_START = re.compile(r"^([^\S\n]*)([#>+=-]|\d{1,9}(?=[.)]))", re.MULTILINE)


@dataclass
class Notes:
    """What was left out of texts while they were turned, each sentence once."""

    told: dict[str, None] = field(default_factory=dict)

    def note(self, sentence: str) -> None:
        """Note a sentence."""
        self.told[sentence] = None


def language_of(text: str) -> str:
    """Return `zh` where a text is mostly Chinese, else `en`."""
    letters = len(LETTER.findall(text))
    return "zh" if letters and len(HANZI.findall(text)) / letters > SEVERAL else "en"


def by_language(text: str) -> dict[str, str]:
    """Return a text by language where spans of class `multilang` hold it in several; else under its own language."""
    found = spans(text)
    if not found:
        return {language_of(text): text}
    texts: dict[str, str] = {}
    for span in found:
        name = span.language.lower()
        texts.setdefault("zh" if name.startswith("zh") else name[:2], span.inside.strip())
    return {name: each for name, each in texts.items() if name in ("zh", "en")} or {"en": without_spans(text)}


def in_spans(texts: dict[str, str]) -> str:
    """Return a text in several languages as one, in spans of class `multilang`."""
    return "".join(f'<span lang="{name}" class="multilang">{text}</span>' for name, text in texts.items())


def marked_up(text: str, markup: str) -> str:
    """Return text without formatting so that it reads as it is in `markup`; languages in spans stay apart."""
    if spans(text):
        return in_spans({name: marked_up(each, markup) for name, each in by_language(text).items()})
    if markup == MARKDOWN:
        return escaped(text)
    return text if markup == PLAIN else html.escape(text, quote=False)


def to_markdown(text: str, markup: str, notes: Notes, shown: Collection[str] = ()) -> str:
    """Return a text of another system as our Markdown; `shown` are the names of pictures that its file carries."""
    text = clean(text).strip()
    if markup == MARKDOWN:
        return text
    if markup == PLAIN:
        return "  \n".join(escaped(row.strip()) for row in text.split("\n")).strip()
    if markup == MOODLE:
        text = text.replace("\n", "<br>")
    return _read(text, notes, formats=True, shown=shown)


def to_plain(text: str, markup: str, notes: Notes) -> str:
    """Return a text of another system on one line, without any formatting."""
    text = clean(text).strip()
    if markup == PLAIN:
        return " ".join(text.split())
    if markup == MARKDOWN:
        text = to_html(text)
    return " ".join(_read(text, notes, formats=False).split())


def _read(text: str, notes: Notes, *, formats: bool, shown: Collection[str] = ()) -> str:
    reader = _Reader(notes, formats=formats, shown=shown)
    reader.feed(whole_tags(text))
    reader.close()
    return reader.text()


def escaped(text: str) -> str:
    """Return plain text so that Markdown shows it as it is."""
    return LINE_START.sub(_guarded, _signs(text))


def _numbered(number: str) -> str:
    """Return a number that a full stop follows, so that it begins no list."""
    return f"{number[:-1]}&#{ord(number[-1])};"


class _Reader(HTMLParser):
    """Reads HTML as text with a little formatting; what could run is dropped with all that is in it."""

    def __init__(self, notes: Notes, *, formats: bool, shown: Collection[str] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.notes = notes
        self.formats = formats
        self.shown = shown
        self.parts: list[str] = []
        self.dropping: list[str] = []
        self.lists: list[int] = []  # the next number, or 0 for a plain list
        self.code = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        if tag in DROPPED or tag in RECORDED:
            self.notes.note(LEFT_RECORDING if tag in RECORDED else LEFT_CODE)
            if tag != "embed":
                self.dropping.append(tag)
        elif self.dropping:
            return
        elif tag == "img":
            self._picture(dict(attrs))
        elif tag == "br":
            self.parts.append("\x02")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        else:
            self._block(tag, opens=True)
            self._inline(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if tag in self.dropping:
            del self.dropping[self.dropping.index(tag) :]
        elif not self.dropping:
            self._inline_end(tag)
            self._block(tag, opens=False)

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self.dropping:
            text = re.sub(r"\s+", " ", data)
            self.parts.append(text if self.code or not self.formats else _signs(text))

    def _picture(self, facts: dict[str, str | None]) -> None:
        name = unquote((facts.get("src") or "").partition(PICTURE_AT)[2])
        if self.formats and name in self.shown:
            alt = SQUARE.sub(" ", " ".join((facts.get("alt") or "").split()))
            self.parts.append(f"![{_signs(alt)}]({PICTURE_AT}{quote(name)})")
            return
        self.notes.note(LEFT_PICTURE)
        words = " ".join((facts.get("alt") or "").split())
        if words:
            self.parts.append(f"({_signs(words) if self.formats else words})")

    def _block(self, tag: str, *, opens: bool) -> None:
        if tag in ("ul", "ol"):
            if opens:
                self.lists.append(1 if tag == "ol" else 0)
            elif self.lists:
                self.lists.pop()
        if tag in BLOCKS:
            self.parts.append("\x03")
        elif tag == "li" and opens:
            number = self.lists[-1] if self.lists else 0
            if number:
                self.lists[-1] += 1
            self.parts.append(f"\x04{number or ''}\x05")

    def _inline(self, tag: str, facts: dict[str, str | None]) -> None:
        if not self.formats:
            return
        if tag in MARKS:
            self.parts.append(f"\x06{MARKS[tag]}")
        elif tag in CODES:
            self.code += 1
            self.parts.append("`")
        elif tag in ("sup", "sub"):
            self.parts.append(f"<{tag}>")
        elif tag == "a":
            target = (facts.get("href") or "").strip()
            self.links.append(target if SAFE.match(target) else "")
            self.parts.append("[" if self.links[-1] else "")

    def _inline_end(self, tag: str) -> None:
        if not self.formats:
            return
        if tag in MARKS:
            self.parts.append(f"\x07{MARKS[tag]}")
        elif tag in CODES and self.code:
            self.code -= 1
            self.parts.append("`")
        elif tag in ("sup", "sub"):
            self.parts.append(f"</{tag}>")
        elif tag == "a" and self.links:
            target = self.links.pop()
            self.parts.append(f"]({re.sub(r'[()<> ]', _percent, target)})" if target else "")

    def text(self) -> str:
        """Return what was read."""
        made = "".join(self.parts) + "`" * (self.code if self.formats else 0)
        made += "".join(f"](<{target}>)" for target in reversed(self.links) if target)
        if not self.formats:
            return re.sub("[\x02-\x07]", " ", made)
        made = re.sub(r"\x06(\*+)(\s*)\x07\1", r"\2", _paired(made))  # nothing between
        made = re.sub(r"\x06(\*+)(\s+)", r"\2\1", made)
        made = re.sub(r"(?<!\s)(\s+)\x07(\*+)", r"\2\1", made)
        made = re.sub("[\x06\x07]", "", made)
        return _blocks(made)


def _signs(text: str) -> str:
    """Return text with the signs of Markdown escaped; the start of lines is seen to when blocks are made."""
    return SIGN.sub(lambda found: ENTITIES.get(found.group(), "".join(f"\\{sign}" for sign in found.group())), text)


def _paired(text: str) -> str:
    """Return a text whose marks of bold and emphasis come in pairs within one block; the others are gone."""
    parts = re.split("(\x06\\*{1,2}|\x07\\*{1,2}|[\x03\x04])", text)
    open_at: list[int] = []
    kept = set[int]()
    for n, part in enumerate(parts):
        if part in ("\x03", "\x04"):
            open_at.clear()
        elif part.startswith("\x06"):
            open_at.append(n)
        elif part.startswith("\x07") and open_at and parts[open_at[-1]][1:] == part[1:]:
            kept |= {open_at.pop(), n}
    return "".join(part for n, part in enumerate(parts) if part[:1] not in ("\x06", "\x07") or n in kept)


def _blocks(text: str) -> str:
    """Return the blocks of a text that was read, empty ones left out, with lists in their rows."""
    made: list[str] = []
    in_list = False
    for block in re.split("\x03", text):
        for n, piece in enumerate(block.split("\x04")):
            number, mark, body = piece.partition("\x05") if n else ("", "", piece)
            rows = [LINE_START.sub(_guarded, " ".join(row.split())) for row in body.split("\x02")]
            words = "  \n".join(rows).strip()
            if not words:
                continue
            if mark:
                words = f"{number}. {words}" if number else f"- {words}"
            made.append(words if not made else ("\n" if mark and in_list else "\n\n") + words)
            in_list = bool(mark)
    return "".join(made)


def _guarded(found: re.Match[str]) -> str:
    sign = found.group(2)
    return found.group(1) + (_numbered(sign) if sign.isdigit() else f"\\{sign}")


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found.group()):02X}"
