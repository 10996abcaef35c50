"""A page of another tool: its head in YAML or TOML, what must go before it is read, and its rows with their lines."""

import re
import tomllib
from dataclasses import dataclass, field
from html.parser import HTMLParser

from lms.courses.rules.findings import N_, Finding, warning

KEY = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]*(.*?)[ \t]*$")
FENCE = re.compile(r"^[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})")
UNSTORABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ud800-\udfff\ufeff\u200b\u2028\u2029\u202a-\u202e]"
)
HANZI = re.compile("[㐀-䶿一-鿿豈-﫿]")
LETTER = re.compile(r"[^\W\d_]")
POSITIONS = ("sidebar_position", "weight", "nav_order", "order", "position", "sort")
GONE = (
    (re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL), None),
    (
        re.compile(
            r"<(script|style|iframe|object|embed|noscript|svg|form)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
        ),
        N_("<%(what)s> was left out: nothing runs or is embedded in a lesson."),
    ),
)
HEADING = re.compile(r"^ {0,3}(#{1,2})[ \t]+(.+?)[ \t#]*$")
HTML_HEADING = re.compile(r"^\s*<h([12])\b[^<>]*>(.*?)</h\1\s*>\s*$", re.IGNORECASE)
UNDERLINE = re.compile(r"^ {0,3}([=-])\1*[ \t]*$")
HTML_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
REFERENCE = re.compile(r"^ {0,3}\[(?!\^)([^\[\]\n]{1,300})\]:[ \t]*<?([^\s>]{1,2000})>?(?:[ \t]+[\"'(].*)?[ \t]*$")
FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\[\]\s]{1,100})\]:[ \t]*(.*)$")
SEVERAL = 0.15  # this share of 汉字 among the letters makes a text Chinese


@dataclass(frozen=True)
class Row:
    """One line of a file and its number."""

    line: int
    text: str


@dataclass
class Page:
    """One file as it was read; `references` and `footnotes` are what its text points to by name."""

    path: str
    title: str = ""
    position: float | None = None
    draft: bool = False
    repeated: str = ""  # a first heading that many pages share
    rows: list[Row] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def told(self, line: int, template: str, **values: str | int) -> None:
        """Note what was changed or left out in `line`."""
        self.findings.append(warning(line, template, file=self.path, **values))


def language_of(text: str) -> str:
    """Return `zh` where a text is mostly Chinese, else `en`."""
    letters = len(LETTER.findall(text))
    return "zh" if letters and len(HANZI.findall(text)) / letters > SEVERAL else "en"


def read_page(path: str, text: str) -> Page:
    """Return the page in a file, ready to be read by blocks; line numbers are those of the file."""
    page = Page(path)
    text = UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    head, body, first = _split(text)
    _take_head(page, head)
    body = _without(page, body, first)
    rows = [
        Row(n, row.expandtabs(4).rstrip("\\") if row.endswith("\\") else row.expandtabs(4))
        for n, row in enumerate(body.split("\n"), first)
    ]
    page.rows = _collected(page, rows)
    return page


def _split(text: str) -> tuple[str, str, int]:
    """Return head, body and the number of the body's first line."""
    for mark in ("---", "+++"):
        if text.startswith(mark + "\n"):
            end = text.find(f"\n{mark}", len(mark))
            if end > 0:
                stop = text.find("\n", end + 1)
                stop = len(text) if stop < 0 else stop + 1
                head = text[len(mark) + 1 : end + 1]
                return ("+" + head if mark == "+++" else head), text[stop:], text.count("\n", 0, stop) + 1
    return "", text, 1


def _take_head(page: Page, head: str) -> None:
    values = _toml(page, head[1:]) if head.startswith("+") else _yaml(head)
    page.title = values.get("title") or values.get("sidebar_label") or ""
    page.draft = values.get("draft", "").lower() == "true"
    for key in POSITIONS:
        if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", values.get(key, "")):
            page.position = float(values[key])
            break
    dropped = sorted(values.keys() - {"title", "sidebar_label", "draft", *POSITIONS})
    if dropped:
        page.told(1, N_("From the head of the page these were left out: %(names)s."), names=", ".join(dropped)[:200])


def _yaml(head: str) -> dict[str, str]:
    """Return the plain values of a head in YAML; lists and groups below a key have none."""
    values: dict[str, str] = {}
    for row in head.split("\n"):
        if found := KEY.match(row):
            value = found.group(2)
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            values[found.group(1)] = value[1:-1].replace('\\"', '"') if quoted else re.sub(r"\s+#.*$", "", value)
    return values


def _toml(page: Page, head: str) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in tomllib.loads(head).items()}
    except (tomllib.TOMLDecodeError, RecursionError):
        page.told(1, N_("The head of the page cannot be read; it was left out."))
        return {}


def _without(page: Page, body: str, first: int) -> str:
    """Return `body` without comments and what would run, its lines keeping their numbers; HTML's tables as Markdown."""
    shown = _fences_masked(body)
    for pattern, template in GONE:
        while found := pattern.search(shown):
            start, end = found.span()
            if template is not None:
                page.told(first + body.count("\n", 0, start), template, what=found.group(1).lower())
            blank = "\n" * body.count("\n", start, end)
            body, shown = body[:start] + blank + body[end:], shown[:start] + blank + shown[end:]
    while found := HTML_TABLE.search(shown, 0, _last_end(shown)):
        start, end = found.span()
        table = _table(body[start:end])
        page.told(first + body.count("\n", 0, start), N_("A table in HTML was made one in Markdown."))
        missing = max(0, body.count("\n", start, end) - table.count("\n"))
        table = table + "\n" * missing
        body, shown = body[:start] + table + body[end:], shown[:start] + " " * len(table) + shown[end:]
        shown = body if len(shown) != len(body) else shown
    return body


def _last_end(shown: str) -> int:
    """Return where the last table of HTML ends: what begins behind it never does, and need not be looked through."""
    return max((found.end() for found in TABLE_END.finditer(shown)), default=0)


def _fences_masked(body: str) -> str:
    """Return `body` with code fences and code spans blanked, so that no HTML is seen in them."""
    made, fence = [], ""
    for row in body.split("\n"):
        found = FENCE.match(row)
        if fence:
            fence = "" if found and found.group(1).startswith(fence) and not row.strip(" \t>`~") else fence
            made.append(" " * len(row))
        elif found:
            fence = found.group(1)
            made.append(" " * len(row))
        else:
            made.append(re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", lambda code: " " * len(code.group()), row))
    return "\n".join(made)


class _Cells(HTMLParser):
    """Gathers the cells of a table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell, or keep an inline tag as it is."""
        del attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows = self.rows or [[]]
            self.rows[-1].append("")
        elif tag in ("a", "img", "code", "b", "strong", "em", "i", "br") and self.rows and self.rows[-1]:
            self.rows[-1][-1] += self.get_starttag_text() or ""

    def handle_endtag(self, tag: str) -> None:
        """Keep the end of an inline tag."""
        if tag in ("a", "code", "b", "strong", "em", "i") and self.rows and self.rows[-1]:
            self.rows[-1][-1] += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def _table(html: str) -> str:
    """Return a table of HTML as one of Markdown."""
    cells = _Cells()
    cells.feed(html)
    rows = [[" ".join(cell.replace("|", "\\|").split()) for cell in row] for row in cells.rows if row]
    if not rows:
        return ""
    wide = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (wide - len(row))) + " |" for row in rows]
    return "\n" + "\n".join([lines[0], "|" + " --- |" * wide, *lines[1:]]) + "\n"


def _collected(page: Page, rows: list[Row]) -> list[Row]:
    """Take references and footnotes out of the rows."""
    shown = _fences_masked("\n".join(row.text for row in rows)).split("\n")
    kept: list[Row] = []
    note = ""
    for row, bare in zip(rows, shown, strict=True):
        if found := FOOTNOTE.match(bare):
            note = found.group(1)
            page.footnotes[note] = FOOTNOTE.sub(r"\2", row.text).strip()
        elif found := REFERENCE.match(bare):
            page.references[found.group(1).casefold()] = found.group(2)
            note = ""
        elif note and row.text.startswith("    "):
            page.footnotes[note] += " " + row.text.strip()
        else:
            note = note if not row.text.strip() else ""
            kept.append(row)
            continue
        kept.append(Row(row.line, ""))
    return kept


def headings(rows: list[Row]) -> tuple[list[str], list[str]]:
    """Return the headings of the first and of the second level."""
    found: dict[int, list[str]] = {1: [], 2: []}
    above = ""
    for row in _fences_masked("\n".join(row.text for row in rows)).split("\n"):
        if match := HEADING.match(row):
            found[len(match.group(1))].append(match.group(2))
        elif match := HTML_HEADING.match(row):
            found[int(match.group(1))].append(match.group(2))
        elif above.strip() and (match := UNDERLINE.match(row)):
            found[1 if match.group(1) == "=" else 2].append(above.strip())
        above = row
    return found[1], found[2]
