"""Reads the rows of a page into pieces that Markdown of ours can hold: headings, texts, items, code, flows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lms.content.rules.foreign.pages import Page, Row
from lms.courses.rules.findings import N_
from lms.courses.rules.flow import parse_flow

FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*([^`]*)$")
ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
RULE = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
ITEM = re.compile(r"^( {0,3})([-*+]|\d{1,9}[.)])(?: {1,4}(?=\S)|[ \t]+|$)(.*)$")
QUOTE = re.compile(r"^ {0,3}> ?(.*)$")
ALERT = re.compile(r"^\[!([A-Za-z]+)\][-+]?[ \t]*(.*)$")
BANG = re.compile(r"^(?:!!!|\?\?\?\+?)[ \t]+([\w -]*?)[ \t]*(?:\"(.*)\")?[ \t]*$")
COLONS = re.compile(r"^ {0,3}(:{3,})[ \t]*\{?([A-Za-z][\w-]*)\}?[ \t]*(?:\[(.*?)\]|(.*?))[ \t]*$")
TAB = re.compile(r"^===[+!]?[ \t]+\"(.*)\"[ \t]*$")
LIQUID = re.compile(r"^ {0,3}\{%-?[ \t]*(\w+)[ \t]*(.*?)-?%\}[ \t]*$")
TABLE_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
MODULE = re.compile(
    r"^(?:import[ \t].+[ \t]from[ \t]+['\"]|import[ \t]+['\"]|export[ \t]+(?:const|default|let|function)\b)"
)
CONTENTS = re.compile(r"^\s*(?:\[\[?_?toc_?\]?\]|\{:?[ \t]*toc[ \t]*\}|\[\[_TOC_\]\])\s*$", re.IGNORECASE)
DEFINITION = re.compile(r"^ {0,3}:[ \t]{1,4}(\S.*)$")
ABBREVIATION = re.compile(r"^\*\[[^\]]+\]:")
HTML_HEADING = re.compile(r"^\s*<h([1-6])\b[^<>]*>(.*?)</h\1\s*>\s*$", re.IGNORECASE)
OWN_CONTENTS = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[.*\]\(#[^()]*\)\s*$")
DEEPEST = 12
KINDS = {
    "note": ("Note", "说明"),
    "info": ("Note", "说明"),
    "abstract": ("In short", "摘要"),
    "summary": ("In short", "摘要"),
    "tip": ("Tip", "小贴士"),
    "hint": ("Tip", "小贴士"),
    "success": ("Good to know", "好的做法"),
    "important": ("Important", "要紧"),
    "question": ("Question", "想一想"),
    "example": ("Example", "示例"),
    "quote": ("Quote", "引用"),
    "warning": ("Take care", "注意"),
    "caution": ("Take care", "注意"),
    "attention": ("Take care", "注意"),
    "danger": ("Danger", "危险"),
    "error": ("Danger", "危险"),
    "failure": ("Danger", "危险"),
    "bug": ("Known fault", "已知问题"),
}


@dataclass(frozen=True)
class Piece:
    """One part of a page as Markdown of ours: `kind` is heading, text, item, table, code or flow."""

    line: int
    kind: str
    text: str
    level: int = 0
    info: str = ""  # the language of code


Inline = Callable[[str, int], str]


def read_blocks(page: Page, inline: Inline, language: str) -> list[Piece]:
    """Return the pieces of `page`; `inline` mends a run of text that begins in a line."""
    return _Reader(page, inline, language).read(page.rows, 0)


class _Reader:
    """Reads rows by recursion: what stands in quotes, lists and boxes is read like a page of its own."""

    def __init__(self, page: Page, inline: Inline, language: str) -> None:
        self.page = page
        self.inline = inline
        self.language = language
        self.readers = (
            self._fence,
            self._indented,
            self._heading,
            self._rule,
            self._bang,
            self._colons,
            self._tab,
            self._liquid,
            self._quote,
            self._own_contents,
            self._list,
            self._table,
            self._dropped,
            self._paragraph,
        )

    def read(self, rows: list[Row], depth: int) -> list[Piece]:
        """Return the pieces of `rows`."""
        pieces: list[Piece] = []
        at = 0
        if depth > DEEPEST:
            text = self.inline(" ".join(row.text.strip() for row in rows), rows[0].line) if rows else ""
            return [Piece(rows[0].line, "text", text)] if text else []
        while at < len(rows):
            if not rows[at].text.strip():
                at += 1
                continue
            for reader in self.readers:
                taken = reader(rows, at, depth)
                if taken is not None:
                    pieces.extend(taken[0])
                    at = max(taken[1], at + 1)
                    break
        return pieces

    Taken = tuple[list[Piece], int] | None

    def _fence(self, rows: list[Row], at: int, _depth: int) -> Taken:
        opened = FENCE.match(rows[at].text)
        if opened is None:
            return None
        indent, mark, info = len(opened.group(1)), opened.group(2), opened.group(3).strip()
        end = at + 1
        while end < len(rows) and not _closes(rows[end].text, mark):
            end += 1
        lines = [_dedented(row.text, indent) for row in rows[at + 1 : end]]
        name = re.match(r"\{?[ \t]*\.?([\w+#-]*)", info)
        language = name.group(1).lower() if name else ""
        if language in ("mermaid", "mmd"):
            return [self._mermaid(rows[at].line, lines)], end + 1
        if language in ("math", "latex", "katex"):
            language = "text"
        return [Piece(rows[at].line, "code", "\n".join(lines), info=language)] if any(lines) else [], end + 1

    def _mermaid(self, line: int, lines: list[str]) -> Piece:
        _flow, findings = parse_flow(lines, line + 1)
        if not findings:
            return Piece(line, "flow", "\n".join(lines), info="mermaid")
        self.page.told(line, N_("This drawing cannot be shown as a flow of steps; its source is shown as code."))
        return Piece(line, "code", "\n".join(lines), info="text")

    def _indented(self, rows: list[Row], at: int, _depth: int) -> Taken:
        if not rows[at].text.startswith("    ") or (at and rows[at - 1].text.strip()):
            return None
        end = at
        while end < len(rows) and (rows[end].text.startswith("    ") or not rows[end].text.strip()):
            end += 1
        lines = [row.text[4:] for row in rows[at:end]]
        while lines and not lines[-1].strip():
            lines.pop()
        return [Piece(rows[at].line, "code", "\n".join(lines), info="text")], end

    def _heading(self, rows: list[Row], at: int, _depth: int) -> Taken:
        text = rows[at].text
        if found := ATX.match(text):
            return self._titled(rows[at].line, len(found.group(1)), found.group(2) or ""), at + 1
        if found := HTML_HEADING.match(text):
            return self._titled(rows[at].line, int(found.group(1)), found.group(2)), at + 1
        return None

    def _titled(self, line: int, level: int, raw: str) -> list[Piece]:
        text = self.inline(re.sub(r"[ \t]*\{[:#.][^{}]*\}[ \t]*$", "", raw), line).replace("\n", " ").strip()
        text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text).strip(" #")
        return [Piece(line, "heading", text, level)] if text else []

    def _rule(self, rows: list[Row], at: int, _depth: int) -> Taken:
        return ([], at + 1) if RULE.match(rows[at].text) else None

    def _dropped(self, rows: list[Row], at: int, _depth: int) -> Taken:
        text = rows[at].text
        if MODULE.match(text):
            self.page.told(rows[at].line, N_("A line of program code between the texts was left out."))
        elif ABBREVIATION.match(text):
            self.page.told(rows[at].line, N_("An abbreviation was left out; put it into the glossary."))
        elif not CONTENTS.match(text):
            return None
        return [], at + 1

    def _box(self, line: int, kind: str, title: str, inside: list[Piece]) -> list[Piece]:
        """Return what stands in a box of another tool: a quote with a name in bold."""
        word = KINDS.get(kind.lower().split(" ")[0], (kind.capitalize(), kind))[self.language == "zh"]
        name = self.inline(title.strip(), line) if title.strip() else word
        self.page.told(line, N_("The box “%(kind)s” became a quote."), kind=(kind or "note")[:40])
        if name:
            head = f"**{name.replace('**', '')}**"
            if inside and inside[0].kind == "text":
                inside = [replace(inside[0], text=f"{head} {inside[0].text}"), *inside[1:]]
            else:
                inside = [Piece(line, "text", head), *inside]
        return _quoted(inside)

    def _bang(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = BANG.match(rows[at].text)
        if found is None:
            return None
        inside, end = _below(rows, at + 1, 4)
        kind = found.group(1).split(" ")[0] if found.group(1) else "note"
        return self._box(rows[at].line, kind, found.group(2) or "", self.read(inside, depth + 1)), end

    def _colons(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = COLONS.match(rows[at].text)
        if found is None:
            return None
        end, open_boxes = at + 1, 1
        while end < len(rows):
            text = rows[end].text.strip()
            if re.fullmatch(r":{3,}", text):
                open_boxes -= 1
                if not open_boxes or len(text) == len(found.group(1)):
                    break
            elif COLONS.match(rows[end].text):
                open_boxes += 1
            end += 1
        inside = self.read(rows[at + 1 : end], depth + 1)
        return self._box(rows[at].line, found.group(2), found.group(3) or found.group(4) or "", inside), end + 1

    def _tab(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = TAB.match(rows[at].text)
        if found is None:
            return None
        inside, end = _below(rows, at + 1, 4)
        self.page.told(rows[at].line, N_("Tabs are shown one below the other."))
        label = Piece(rows[at].line, "text", f"**{self.inline(found.group(1), rows[at].line)}**")
        return [label, *self.read(inside, depth + 1)], end

    def _liquid(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = LIQUID.match(rows[at].text)
        if found is None:
            return None
        name, rest = found.groups()
        end = next((n for n in range(at + 1, len(rows)) if re.match(rf"^\s*\{{%-?\s*end{name}\b", rows[n].text)), None)
        title = re.search(r"title=\"([^\"]*)\"", rest)
        if name == "hint" and end is not None:
            style = re.search(r"style=\"(\w+)\"", rest)
            inside = self.read(rows[at + 1 : end], depth + 1)
            return self._box(rows[at].line, style.group(1) if style else "info", "", inside), end + 1
        self.page.told(
            rows[at].line, N_("“%(what)s” of another tool was left out; what it holds stays."), what=name[:40]
        )
        label = [Piece(rows[at].line, "text", f"**{self.inline(title.group(1), rows[at].line)}**")] if title else []
        return label, at + 1

    def _quote(self, rows: list[Row], at: int, depth: int) -> Taken:
        if not QUOTE.match(rows[at].text):
            return None
        inside: list[Row] = []
        end = at
        while end < len(rows) and rows[end].text.strip():
            found = QUOTE.match(rows[end].text)
            if found is None and (not inside or not inside[-1].text.strip() or self._starts(rows[end].text)):
                break
            inside.append(Row(rows[end].line, found.group(1) if found else rows[end].text))
            end += 1
        alert = ALERT.match(inside[0].text)
        if alert:
            read = self.read(inside[1:], depth + 1)
            return self._box(rows[at].line, alert.group(1), alert.group(2), read), end
        return _quoted(self.read(inside, depth + 1)), end

    def _starts(self, text: str) -> bool:
        """Say whether a row begins something other than text."""
        return any(pattern.match(text) for pattern in (FENCE, ATX, RULE, QUOTE, COLONS, BANG, TAB, LIQUID, ITEM))

    def _own_contents(self, rows: list[Row], at: int, _depth: int) -> Taken:
        """Leave out a list of links to places of the same page: the lesson shows its own."""
        after = at
        while after < len(rows) and OWN_CONTENTS.match(rows[after].text):
            after += 1
        if after - at < 2 or (after < len(rows) and rows[after].text.strip()):  # noqa: PLR2004  # one link is no list
            return None
        self.page.told(rows[at].line, N_("A table of contents of the page was left out."))
        return [], after

    def _list(self, rows: list[Row], at: int, depth: int) -> Taken:
        if not ITEM.match(rows[at].text):
            return None
        pieces: list[Piece] = []
        number = None
        end = at
        while end < len(rows):
            found = ITEM.match(rows[end].text)
            if found is None or RULE.match(rows[end].text):
                break
            mark, text = found.group(2), found.group(3)
            indent = len(found.group(0)) - len(text) if text.strip() else len(found.group(1)) + len(mark) + 1
            ordered = mark[0].isdigit()
            if ordered:
                number = int(mark[:-1]) if number is None else number + 1
            inside, after = self._item(rows, end, indent, text)
            lead = f"{min(number or 1, 999_999_999)}. " if ordered else "- "
            pieces.extend(_listed(self.read(inside, depth + 1), lead, rows[end].line))
            end = after
            beyond = end
            while beyond < len(rows) and not rows[beyond].text.strip():
                beyond += 1
            more = ITEM.match(rows[beyond].text) if beyond < len(rows) else None
            if more is None or more.group(2)[0].isdigit() != ordered:
                break
            end = beyond
        return pieces, end

    def _item(self, rows: list[Row], at: int, indent: int, text: str) -> tuple[list[Row], int]:
        """Return the rows of one item, without their indent, and the row after it."""
        task = re.match(r"^\[([ xX])\][ \t]+(.*)$", text)
        if task:
            text = f"{'☐' if task.group(1) == ' ' else '☑'} {task.group(2)}"
        inside = [Row(rows[at].line, text)]
        end = at + 1
        while end < len(rows):
            row = rows[end].text
            here = len(row) - len(row.lstrip(" "))
            if not row.strip():
                following = next((r.text for r in rows[end + 1 :] if r.text.strip()), "")
                if len(following) - len(following.lstrip(" ")) < min(indent, 2):
                    break
            elif here < min(indent, 2) and (not rows[end - 1].text.strip() or self._starts(row)):
                break
            inside.append(Row(rows[end].line, row[min(here, indent) :]))
            end += 1
        return inside, end

    def _table(self, rows: list[Row], at: int, _depth: int) -> Taken:
        if at + 1 >= len(rows) or "|" not in rows[at].text or not TABLE_RULE.match(rows[at + 1].text):
            return None
        end = at + 2
        while end < len(rows) and "|" in rows[end].text:
            end += 1
        cells = [_cells(self.inline(row.text.strip(), row.line).replace("\n", " ")) for row in rows[at:end]]
        wide = len(cells[0])
        rule = [cell.strip() for cell in _cells(rows[at + 1].text.strip())]
        cells[1] = [re.sub(r"-+", "---", cell) or "---" for cell in rule]
        lines = ["| " + " | ".join(_wide(row, wide)) + " |" for row in cells]
        return [Piece(rows[at].line, "table", "\n".join(lines))], end

    def _paragraph(self, rows: list[Row], at: int, _depth: int) -> Taken:
        end = at + 1
        while end < len(rows) and rows[end].text.strip():
            below = SETEXT.match(rows[end].text)
            if below:
                raw = " ".join(row.text.strip() for row in rows[at:end])
                return self._titled(rows[at].line, 1 if below.group(1)[0] == "=" else 2, raw), end + 1
            number = re.match(r"^ {0,3}(\d+)[.)] ", rows[end].text)
            if self._starts(rows[end].text) and not (number and number.group(1) != "1"):
                break
            if (
                end + 1 < len(rows)
                and "|" in rows[end].text
                and TABLE_RULE.match(rows[end + 1].text)
                and "|" in rows[end + 1].text
            ):
                break
            end += 1
        defined = [DEFINITION.match(row.text) for row in rows[at:end]]
        if defined[0] is None and any(defined):
            return self._definitions(rows[at:end], defined), end
        text = self.inline(
            "\n".join(row.text.strip() + ("  " if row.text.endswith("  ") else "") for row in rows[at:end]),
            rows[at].line,
        )
        text = _guarded(text)
        return [Piece(rows[at].line, "text", text)] if text.strip() else [], end

    def _definitions(self, rows: list[Row], found: list[re.Match[str] | None]) -> list[Piece]:
        """Return terms in bold and what they mean."""
        said = [
            self.inline(match.group(1), row.line) if match else f"**{self.inline(row.text.strip(), row.line)}**:"
            for row, match in zip(rows, found, strict=True)
        ]
        return [Piece(rows[0].line, "text", _guarded("\n".join(said)))]


def _closes(text: str, mark: str) -> bool:
    bare = text.strip()
    return bool(bare) and set(bare) == {mark[0]} and len(bare) >= len(mark) and len(text) - len(text.lstrip(" ")) < 4  # noqa: PLR2004


def _dedented(text: str, most: int) -> str:
    return text[min(most, len(text) - len(text.lstrip(" "))) :]


def _below(rows: list[Row], at: int, indent: int) -> tuple[list[Row], int]:
    """Return the rows that stand indented below, without their indent, and the row after them."""
    end = at
    while end < len(rows) and (rows[end].text.startswith(" " * indent) or not rows[end].text.strip()):
        end += 1
    return [Row(row.line, row.text[indent:]) for row in rows[at:end]], end


def _cells(text: str) -> list[str]:
    """Return the cells of a table's row; a bar in code or behind a backslash divides nothing."""
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\\|", lambda found: " " * len(found.group()), text)
    ends = [n for n, char in enumerate(bare) if char == "|"]
    starts = [0, *(n + 1 for n in ends)]
    return [text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True)]


def _wide(cells: list[str], wide: int) -> list[str]:
    """Return exactly `wide` cells; what is too much stays in the last one."""
    return (
        [*cells[: wide - 1], " ".join(cells[wide - 1 :])] if len(cells) > wide else cells + [""] * (wide - len(cells))
    )


def _guarded(text: str) -> str:
    """Return a paragraph that no line of which is taken for a heading, a box or a list."""
    return re.sub(r"^(?=#|:::|`{3}|~{3}|[-+=]\s*$|>)", r"\\", text, flags=re.MULTILINE)


def _quoted(inside: list[Piece]) -> list[Piece]:
    """Return pieces with texts in a quote; code, tables and flows stand between quotes, where they can be shown."""
    made: list[Piece] = []
    for piece in inside:
        if piece.kind in ("text", "item"):
            text = "\n".join(("> " + line).rstrip() for line in piece.text.split("\n"))
            if made and made[-1].info == "quote":
                gap = "\n" if piece.kind == "item" and made[-1].level else "\n>\n"
                text, line = made[-1].text + gap + text, made.pop().line
                made.append(Piece(line, "text", text, int(piece.kind == "item"), info="quote"))
            else:
                made.append(Piece(piece.line, "text", text, int(piece.kind == "item"), info="quote"))
        elif piece.kind == "heading":
            made.append(Piece(piece.line, "text", f"> **{piece.text}**", info="quote"))
        else:
            made.append(piece)
    return made


def _listed(inside: list[Piece], lead: str, line: int) -> list[Piece]:
    """Return one item: its first text behind `lead`, further texts and items below it, all else after it."""
    made: list[Piece] = []
    own = ""
    pad = "  "
    for piece in inside:
        kind, text = piece.kind, piece.text
        if kind == "heading":
            kind, text = "text", f"**{text}**"
        if kind not in ("text", "item") or piece.info == "quote":
            made += [Piece(line, "item", own)] if own else []
            own = ""
            made.append(piece)
        elif not own:
            body = text.replace("\n", "\n" + pad)
            own = body if made and kind == "item" else (lead + body if not made else body)
            if made and kind == "text":
                made.append(Piece(piece.line, "text", text))
                own = ""
        else:
            indented = "\n".join(pad + row if row.strip() else row for row in text.split("\n"))
            own += ("\n" if kind == "item" else "\n\n") + indented
    if own:
        made.append(Piece(line, "item", own))
    return made
