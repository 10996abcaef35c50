"""Mends the inside of a text: links, pictures, HTML, footnotes, formulas and marks of other tools."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from posixpath import normpath
from urllib.parse import unquote

from lms.content.rules.foreign.pages import Page
from lms.courses.rules.findings import N_
from lms.courses.rules.lesson_source import SAFE_SCHEMES, SCHEME

SPAN = re.compile(r"(?<!\\)(?:(?<!`)|(?<=\\`))(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
TARGET = (
    r"\([ \t]*(?:<([^<>\n]*)>|((?:[^()\s]|\([^()\s]*\))*))"
    r"(?:[ \t\n]+[\"'(][^\n]*?[\"')])?[ \t]*\)(?:\{[^{}\n]*\})?"
)
IMAGE = re.compile(r"!\[([^\[\]]*)\]" + TARGET)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]" + TARGET)
NAMED = re.compile(r"(!?)\[([^\[\]]+)\](?:[ \t]?\[([^\[\]]*)\])?(?![(:\[])")
WIKI = re.compile(r"(!?)\[\[([^\[\]|#\n]+)(#[^\[\]|\n]*)?(?:\|([^\[\]\n]+))?\]\]")
NOTE = re.compile(r"\[\^([^\[\]\s]+)\]")
AUTO = re.compile(r"<((?:https?|mailto|tel):[^<>\s]+|[\w.+-]+@[\w-]+\.[\w.-]+)>")
TAG = re.compile(r"</?([A-Za-z][\w.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)/?>", re.DOTALL)
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
MATH = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]{1,400}?[\\^_={][^$\n]{0,400}?)(?<=[^\s\\])\$(?![\d$])")
DISPLAY = re.compile(r"\$\$(.{1,2000}?)\$\$|\\\[(.{1,2000}?)\\\]|\\\((.{1,2000}?)\\\)", re.DOTALL)
ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]+:(?:\{[^{}\n]*\})?")
KEYS = re.compile(r"\+\+([a-z0-9]+(?:\+[a-z0-9]+)*)\+\+")
SHORTCODE = re.compile(r"\{\{[<%][^{}]*[%>]\}\}|\{%[^{}\n]*%\}")
LIST_OF_ATTRIBUTES = re.compile(r"(?<!\\)\{:?[ \t]*[.#][^{}\n]*\}|\{:[^{}\n]*\}")
PAGES = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".html", ".htm")
BOLD_GAP = re.compile(r"\*\*[ \t]+([^*\n]+?)[ \t]*\*\*")
BOLD = ("b", "strong", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "dt")
SIMPLE = (
    dict.fromkeys(BOLD, "**")
    | dict.fromkeys(("i", "em", "cite"), "*")
    | dict.fromkeys(("code", "kbd", "samp", "tt"), "`")
    | {"br": "  \n", "li": " · ", "dd": " · "}
)
SILENT = re.compile(
    r"^(?:p|div|span|center|hr|u|ins|small|big|font|mark|section|ul|ol|li|dl|dt|dd|details|summary|br|h[1-6]"
    r"|b|strong|i|em|cite|code|kbd|samp|tt)$"
)
TOLD = re.compile(
    r"^(?:a|img|video|audio|source|picture|figure|figcaption|table|tr|td|th|tbody|thead|input|button|label|select"
    r"|option|textarea|nav|header|footer|main|article|aside|abbr|del|s|q)$"
)
KEPT = frozenset({"sup", "sub"})
LONGEST_NOTE = 400
HELD = "\x01{}\x01"


@dataclass
class Links:
    """Where links lead: `page` tells the lesson that a file of the course became, `medium` keeps a picture along."""

    page: Callable[[str], str | None]
    medium: Callable[[str, Page, int], str | None]
    held: list[str] = field(default_factory=list)


def mender(page: Page, links: Links) -> Callable[[str, int], str]:
    """Return a function that mends a run of text of `page` which begins in a line."""
    return lambda text, line: _Mending(page, links, line).mend(text)


class _Mending:
    """One run of text; code spans and what is made are held aside, so that nothing in them is read again."""

    def __init__(self, page: Page, links: Links, line: int) -> None:
        self.page = page
        self.links = links
        self.line = line
        self.held: list[str] = []

    def hold(self, text: str) -> str:
        """Put `text` aside and return what stands for it."""
        self.held.append(text)
        return HELD.format(len(self.held) - 1)

    def told(self, template: str, **values: str | int) -> None:
        """Note what was changed."""
        self.page.told(self.line, template, **values)

    def mend(self, text: str) -> str:
        """Return `text` as a lesson may hold it."""
        text = SPAN.sub(lambda found: self.hold(found.group()), text)
        text = DISPLAY.sub(self._math, text)
        text = MATH.sub(self._math, text)
        text = AUTO.sub(self._auto, text)
        text = self._html(text)
        text = WIKI.sub(self._wiki, text)
        text = NOTE.sub(self._note, text)
        text = IMAGE.sub(lambda found: self.picture(found.group(1), found.group(2) or found.group(3) or ""), text)
        text = LINK.sub(lambda found: self._link(found.group(1), found.group(2) or found.group(3) or ""), text)
        text = NAMED.sub(self._named, text)
        text = self._marks(text)
        while "\x01" in text:
            text = re.sub("\x01(\\d+)\x01", lambda found: self.held[int(found.group(1))], text)
        return text

    def _math(self, found: re.Match[str]) -> str:
        formula = " ".join(next(filter(None, found.groups()), "").split())
        self.told(N_("A formula is shown as text."))
        ticks = "``" if "`" in formula else "`"
        return self.hold(f"{ticks}{formula}{ticks}") if formula else ""

    def _auto(self, found: re.Match[str]) -> str:
        target = found.group(1)
        return self.hold(f"[{target}]({target if ':' in target else 'mailto:' + target})")

    def _html(self, text: str) -> str:
        """Return `text` with tags as Markdown, or without them."""
        tags = _Tags(self)
        changed = TAG.sub(tags.change, text) + tags.rest()
        return BOLD_GAP.sub(r"**\1**", changed) if changed != text else changed

    def _note(self, found: re.Match[str]) -> str:
        words = self.page.footnotes.get(found.group(1))
        if words is None:
            self.told(N_("The footnote “%(name)s” is not there."), name=found.group(1)[:80])
            return ""
        self.told(N_("A footnote was put in brackets where it is called."))
        short = " ".join(words.split())[:LONGEST_NOTE]
        return f" ({short.rstrip('.。')})" if short else ""

    def _wiki(self, found: re.Match[str]) -> str:
        target, label = found.group(2).strip(), (found.group(4) or found.group(2)).strip()
        return self.picture(label, target) if found.group(1) else self._link(label, target + ".md")

    def _named(self, found: re.Match[str]) -> str:
        label, name = found.group(2), found.group(3) or found.group(2)
        target = self.page.references.get(name.casefold())
        if target is None:
            return found.group()
        return self.picture(label, target) if found.group(1) else self._link(label, target)

    def picture(self, alt: str, target: str) -> str:
        """Return what stands for a picture."""
        alt = " ".join(alt.split())
        scheme = SCHEME.match(target)
        if scheme and scheme.group(1).lower() in ("http", "https"):
            if not alt or "badge" in target or "shields.io" in target:
                self.told(N_("A picture from elsewhere was left out: %(target)s"), target=target[:200])
                return ""
            self.told(N_("A picture from elsewhere became a link: %(target)s"), target=target[:200])
            return self.hold(f"[{alt}](<{target}>)")
        if scheme or target.startswith("//"):
            self.told(N_("A picture that is no file was left out: %(target)s"), target=target[:60])
            return alt
        name = self.links.medium(_path(self.page.path, target), self.page, self.line)
        if name is None:
            return f"({alt})" if alt else ""
        if not alt:
            self.told(N_("The picture %(target)s has no words for those who cannot see it."), target=target[:200])
        return self.hold(f"![{alt}](media/{name})")

    def _link(self, label: str, target: str) -> str:
        target = html.unescape(target)
        if not label.strip():
            return ""
        scheme = SCHEME.match(target)
        if scheme and scheme.group(1).lower() in SAFE_SCHEMES:
            return label + "" if "\x01" in label and "![" in self._shown(label) else self._linked(label, target)
        if scheme or target.startswith("//"):
            self.told(N_("A link that may not be followed was taken out: %(target)s"), target=target[:80])
            return label
        if not target or target.startswith("#"):
            return label
        path = _path(self.page.path, target)
        lesson = self.links.page(path)
        if lesson is not None:
            self.told(N_("A link to another page became text; it leads to the lesson %(lesson)s."), lesson=lesson)
        else:
            self.told(N_("A link leads to nothing in this course and became text: %(target)s"), target=target[:200])
        return label

    def _linked(self, label: str, target: str) -> str:
        safe = (
            target.replace("(", "%28").replace(")", "%29").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
        )
        return f"[{' '.join(label.split())}]" + self.hold(f"({safe})")

    def _shown(self, label: str) -> str:
        return re.sub("\x01(\\d+)\x01", lambda found: self.held[int(found.group(1))], label)

    def _marks(self, text: str) -> str:
        """Return `text` without marks that mean something else here, or nothing at all."""
        for pattern in (ICON, LIST_OF_ATTRIBUTES):
            text = pattern.sub("", text)
        if SHORTCODE.search(text):
            self.told(N_("A call to a program of another tool was left out."))
            text = SHORTCODE.sub("", text)
        text = KEYS.sub(lambda found: "`" + "+".join(key.capitalize() for key in found.group(1).split("+")) + "`", text)
        if re.search(r"(?<!=)==(?=[^\s=])([^=\n]+?)==(?!=)", text):
            self.told(N_("A highlight became bold; mark key points yourself."))
            text = re.sub(r"(?<!=)==(?=[^\s=])([^=\n]+?)==(?!=)", r"**\1**", text)
        text = re.sub(r"={2,}", lambda found: "&#61;" * len(found.group()), text)
        return re.sub(r"[ \t]{3,}(?=\S)", " ", text)


class _Tags:
    """The tags of one run of text, from the first to the last."""

    def __init__(self, mending: _Mending) -> None:
        self.mending = mending
        self.anchors: list[str] = []

    def change(self, found: re.Match[str]) -> str:
        """Return what stands for a tag."""
        name, closing = found.group(1).lower(), found.group().startswith("</")
        known = name in KEPT or SILENT.match(name) or TOLD.match(name)
        if not known and not found.group(1)[0].isupper():
            return self.mending.hold(html.escape(found.group(), quote=False))  # Array<string> is no tag
        if name in ("a", "img"):
            facts = {  # the value in whatever quotes
                m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(found.group(2))
            }
            if name == "img":
                return self.mending.picture(facts.get("alt", ""), facts.get("src", ""))
            return self._anchor(facts.get("href", ""), closing=closing)
        if name in KEPT:
            return self.mending.hold(f"<{'/' if closing else ''}{name}>")
        if not SILENT.match(name):
            self.mending.told(N_("The tag <%(name)s> was taken out; its text stays."), name=name[:40])
        return "" if closing and name in ("li", "dd") else SIMPLE.get(name, "")

    def _anchor(self, target: str, *, closing: bool) -> str:
        if not closing:
            self.anchors.append(target)
            return "[" if target else ""
        target = self.anchors.pop() if self.anchors else ""
        return f"](<{target}>)" if target else ""

    def rest(self) -> str:
        """Return the ends of links that were never closed."""
        return "".join(f"](<{target}>)" for target in reversed(self.anchors) if target)


def _path(page: str, target: str) -> str:
    """Return where a link of a page leads, as a path in the folder; `..` above the folder leads nowhere."""
    plain = unquote(target.split("#")[0].split("?")[0])
    folder = page.rsplit("/", 1)[0] if "/" in page else ""
    joined = plain.lstrip("/") if plain.startswith("/") else f"{folder}/{plain}"
    return normpath(joined).removeprefix("/")
