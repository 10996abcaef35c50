"""What a page is cut into, and how rows and pieces are put in lists, quotes and tables."""

import re
from dataclasses import dataclass

from lms.content.rules.foreign.pages import Row


@dataclass(frozen=True)
class Piece:
    """One part of a page as Markdown of ours: `kind` is heading, text, item, table, code or flow."""

    line: int
    kind: str
    text: str
    level: int = 0
    info: str = ""  # the language of code


def closes(text: str, mark: str) -> bool:
    """Say whether a row closes the fence that `mark` opened."""
    bare = text.strip()
    return bool(bare) and set(bare) == {mark[0]} and len(bare) >= len(mark) and len(text) - len(text.lstrip(" ")) < 4  # noqa: PLR2004


def dedented(text: str, most: int) -> str:
    """Return a row without its indent, of at most `most` spaces."""
    return text[min(most, len(text) - len(text.lstrip(" "))) :]


def rows_below(rows: list[Row], at: int, indent: int) -> tuple[list[Row], int]:
    """Return the rows that stand indented below, without their indent, and the row after them."""
    end = at
    while end < len(rows) and (rows[end].text.startswith(" " * indent) or not rows[end].text.strip()):
        end += 1
    return [Row(row.line, row.text[indent:]) for row in rows[at:end]], end


def cells_of(text: str) -> list[str]:
    """Return the cells of a table's row; a bar in code or behind a backslash divides nothing."""
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\\|", lambda found: " " * len(found.group()), text)
    ends = [n for n, char in enumerate(bare) if char == "|"]
    starts = [0, *(n + 1 for n in ends)]
    return [text[start:end].strip() for start, end in zip(starts, [*ends, len(text)], strict=True)]


def widened(cells: list[str], wide: int) -> list[str]:
    """Return exactly `wide` cells; what is too much stays in the last one."""
    return (
        [*cells[: wide - 1], " ".join(cells[wide - 1 :])] if len(cells) > wide else cells + [""] * (wide - len(cells))
    )


def guarded(text: str) -> str:
    """Return a paragraph that no line of which is taken for a heading, a box or a list."""
    return re.sub(r"^(?=#|:::|`{3}|~{3}|[-+=]\s*$|>)", r"\\", text, flags=re.MULTILINE)


def quoted(inside: list[Piece]) -> list[Piece]:
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


def listed(inside: list[Piece], lead: str, line: int) -> list[Piece]:
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


def ruled(row: Row) -> list[str]:
    """Return the cells of the line below a table's head, each as short as it may be."""
    return [re.sub(r"-+", "---", cell.strip()) or "---" for cell in cells_of(row.text.strip())]


def boxed(text: str) -> str:
    """Return the text of an item with its box, ticked or not, where it is a task."""
    task = re.match(r"^\[([ xX])\][ \t]+(.*)$", text)
    return f"{'☐' if task.group(1) == ' ' else '☑'} {task.group(2)}" if task else text
