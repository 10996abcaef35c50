"""Reads the rows of a page into pieces that Markdown of ours can hold: headings, texts, items, code, flows."""

import re
from collections.abc import Callable
from dataclasses import replace

from lms.content.rules.foreign import pieces as cut
from lms.content.rules.foreign import signs
from lms.content.rules.foreign.pages import Page, Row
from lms.content.rules.foreign.pieces import Piece
from lms.courses.rules.findings import N_
from lms.courses.rules.flow import parse_flow

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
        if depth > signs.DEEPEST:
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
        opened = signs.FENCE.match(rows[at].text)
        if opened is None:
            return None
        indent, mark, info = len(opened.group(1)), opened.group(2), opened.group(3).strip()
        end = at + 1
        while end < len(rows) and not cut.closes(rows[end].text, mark):
            end += 1
        lines = [cut.dedented(row.text, indent) for row in rows[at + 1 : end]]
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
        if found := signs.ATX.match(text):
            return self._titled(rows[at].line, len(found.group(1)), found.group(2) or ""), at + 1
        if found := signs.HTML_HEADING.match(text):
            return self._titled(rows[at].line, int(found.group(1)), found.group(2)), at + 1
        return None

    def _titled(self, line: int, level: int, raw: str) -> list[Piece]:
        text = self.inline(re.sub(r"[ \t]*\{[:#.][^{}]*\}[ \t]*$", "", raw), line).replace("\n", " ").strip()
        text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text).strip(" #")
        return [Piece(line, "heading", text, level)] if text else []

    def _rule(self, rows: list[Row], at: int, _depth: int) -> Taken:
        return ([], at + 1) if signs.RULE.match(rows[at].text) else None

    def _dropped(self, rows: list[Row], at: int, _depth: int) -> Taken:
        text = rows[at].text
        if signs.MODULE.match(text):
            self.page.told(rows[at].line, N_("A line of program code between the texts was left out."))
        elif signs.ABBREVIATION.match(text):
            self.page.told(rows[at].line, N_("An abbreviation was left out; put it into the glossary."))
        elif not signs.CONTENTS.match(text):
            return None
        return [], at + 1

    def _box(self, line: int, kind: str, title: str, inside: list[Piece]) -> list[Piece]:
        """Return what stands in a box of another tool: a quote with a name in bold."""
        word = signs.KINDS.get(kind.lower().split(" ")[0], (kind.capitalize(), kind))[self.language == "zh"]
        name = self.inline(title.strip(), line) if title.strip() else word
        self.page.told(line, N_("The box “%(kind)s” became a quote."), kind=(kind or "note")[:40])
        if name:
            head = f"**{name.replace('**', '')}**"
            if inside and inside[0].kind == "text":
                inside = [replace(inside[0], text=f"{head} {inside[0].text}"), *inside[1:]]
            else:
                inside = [Piece(line, "text", head), *inside]
        return cut.quoted(inside)

    def _bang(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = signs.BANG.match(rows[at].text)
        if found is None:
            return None
        inside, end = cut.rows_below(rows, at + 1, 4)
        kind = found.group(1).split(" ")[0] if found.group(1) else "note"
        return self._box(rows[at].line, kind, found.group(2) or "", self.read(inside, depth + 1)), end

    def _colons(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = signs.COLONS.match(rows[at].text)
        if found is None:
            return None
        end, open_boxes = at + 1, 1
        while end < len(rows):
            text = rows[end].text.strip()
            if re.fullmatch(r":{3,}", text):
                open_boxes -= 1
                if not open_boxes or len(text) == len(found.group(1)):
                    break
            elif signs.COLONS.match(rows[end].text):
                open_boxes += 1
            end += 1
        inside = self.read(rows[at + 1 : end], depth + 1)
        return self._box(rows[at].line, found.group(2), found.group(3) or found.group(4) or "", inside), end + 1

    def _tab(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = signs.TAB.match(rows[at].text)
        if found is None:
            return None
        inside, end = cut.rows_below(rows, at + 1, 4)
        self.page.told(rows[at].line, N_("Tabs are shown one below the other."))
        label = Piece(rows[at].line, "text", f"**{self.inline(found.group(1), rows[at].line)}**")
        return [label, *self.read(inside, depth + 1)], end

    def _liquid(self, rows: list[Row], at: int, depth: int) -> Taken:
        found = signs.LIQUID.match(rows[at].text)
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
        if not signs.QUOTE.match(rows[at].text):
            return None
        inside: list[Row] = []
        end = at
        while end < len(rows) and rows[end].text.strip():
            found = signs.QUOTE.match(rows[end].text)
            if found is None and (not inside or not inside[-1].text.strip() or self._starts(rows[end].text)):
                break
            inside.append(Row(rows[end].line, found.group(1) if found else rows[end].text))
            end += 1
        alert = signs.ALERT.match(inside[0].text)
        if alert:
            read = self.read(inside[1:], depth + 1)
            return self._box(rows[at].line, alert.group(1), alert.group(2), read), end
        return cut.quoted(self.read(inside, depth + 1)), end

    def _starts(self, text: str) -> bool:
        """Say whether a row begins something other than text."""
        return any(sign.match(text) for sign in signs.BEGINNINGS)

    def _own_contents(self, rows: list[Row], at: int, _depth: int) -> Taken:
        """Leave out a list of links to places of the same page: the lesson shows its own."""
        after = at
        while after < len(rows) and signs.OWN_CONTENTS.match(rows[after].text):
            after += 1
        if after - at < 2 or (after < len(rows) and rows[after].text.strip()):  # noqa: PLR2004  # one link is no list
            return None
        self.page.told(rows[at].line, N_("A table of contents of the page was left out."))
        return [], after

    def _list(self, rows: list[Row], at: int, depth: int) -> Taken:
        if not signs.ITEM.match(rows[at].text):
            return None
        pieces: list[Piece] = []
        number = None
        end = at
        while end < len(rows):
            found = signs.ITEM.match(rows[end].text)
            if found is None or signs.RULE.match(rows[end].text):
                break
            mark, text = found.group(2), found.group(3)
            indent = len(found.group(0)) - len(text) if text.strip() else len(found.group(1)) + len(mark) + 1
            ordered = mark[0].isdigit()
            if ordered:
                number = int(mark[:-1]) if number is None else number + 1
            inside, after = self._item(rows, end, indent, text)
            lead = f"{min(number or 1, 999_999_999)}. " if ordered else "- "
            pieces.extend(cut.listed(self.read(inside, depth + 1), lead, rows[end].line))
            end = after
            beyond = end
            while beyond < len(rows) and not rows[beyond].text.strip():
                beyond += 1
            more = signs.ITEM.match(rows[beyond].text) if beyond < len(rows) else None
            if more is None or more.group(2)[0].isdigit() != ordered:
                break
            end = beyond
        return pieces, end

    def _item(self, rows: list[Row], at: int, indent: int, text: str) -> tuple[list[Row], int]:
        """Return the rows of one item, without their indent, and the row after it."""
        inside = [Row(rows[at].line, cut.boxed(text))]
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
        if at + 1 >= len(rows) or "|" not in rows[at].text or not signs.TABLE_RULE.match(rows[at + 1].text):
            return None
        end = at + 2
        while end < len(rows) and "|" in rows[end].text:
            end += 1
        cells = [cut.cells_of(self.inline(row.text.strip(), row.line).replace("\n", " ")) for row in rows[at:end]]
        cells[1] = cut.ruled(rows[at + 1])
        lines = ["| " + " | ".join(cut.widened(row, len(cells[0]))) + " |" for row in cells]
        return [Piece(rows[at].line, "table", "\n".join(lines))], end

    def _paragraph(self, rows: list[Row], at: int, _depth: int) -> Taken:
        end = at + 1
        while end < len(rows) and rows[end].text.strip():
            below = signs.SETEXT.match(rows[end].text)
            if below:
                raw = " ".join(row.text.strip() for row in rows[at:end])
                return self._titled(rows[at].line, 1 if below.group(1)[0] == "=" else 2, raw), end + 1
            number = re.match(r"^ {0,3}(\d+)[.)] ", rows[end].text)
            if self._starts(rows[end].text) and not (number and number.group(1) != "1"):
                break
            if (
                end + 1 < len(rows)
                and "|" in rows[end].text
                and signs.TABLE_RULE.match(rows[end + 1].text)
                and "|" in rows[end + 1].text
            ):
                break
            end += 1
        defined = [signs.DEFINITION.match(row.text) for row in rows[at:end]]
        if defined[0] is None and any(defined):
            return self._definitions(rows[at:end], defined), end
        text = self.inline(
            "\n".join(row.text.strip() + ("  " if row.text.endswith("  ") else "") for row in rows[at:end]),
            rows[at].line,
        )
        text = cut.guarded(text)
        return [Piece(rows[at].line, "text", text)] if text.strip() else [], end

    def _definitions(self, rows: list[Row], found: list[re.Match[str] | None]) -> list[Piece]:
        """Return terms in bold and what they mean."""
        said = [
            self.inline(match.group(1), row.line) if match else f"**{self.inline(row.text.strip(), row.line)}**:"
            for row, match in zip(rows, found, strict=True)
        ]
        return [Piece(rows[0].line, "text", cut.guarded("\n".join(said)))]
