"""Shows our Markdown as HTML: paragraphs, lists, bold, emphasis, code and links; well-formed, whatever it is given."""

import html
import re

ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!<>=-])")
CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,4000}?)(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\[([^\[\]]*)\]\(<?([^()\s<>]*)>?\)")
PICTURE = re.compile(r"!\[([^\[\]]*)\]\([^()\n]*\)")
STRONG = re.compile(r"\*\*(?=\S)(.{1,4000}?)(?<=\S)\*\*")
EMPHASIS = re.compile(
    r"(?<![\w*])([*_])(?=[^\s*_])(.{1,4000}?)(?<=[^\s*_])\1(?![\w*])|\*(?=[^\s*])([^*]{1,4000}?)(?<=[^\s*])\*"
)
RAISED = re.compile(r"&lt;(/?su[pb])&gt;")
ITEM = re.compile(r"^(?:-|(\d{1,9})\.) +")
HELD = re.compile("\ue000(\\d+)\ue001")
TAGS = re.compile(r"<(/?)(strong|em|sup|sub|a)\b[^<>]*>")
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ud800-\udfff\ufeff\u200b\u2028-\u202e]")
SAFE = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def clean(text: str) -> str:
    """Return `text` without what cannot be stored."""
    return UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def to_html(text: str) -> str:
    """Return our Markdown as plain HTML: paragraphs, lists, bold, emphasis, code, links; pictures by their words."""
    made: list[str] = []
    for block in re.split(r"\n[ \t]*\n", clean(text).strip()):
        rows = block.split("\n")
        first = ITEM.match(rows[0])
        if first and all(ITEM.match(row) for row in rows):
            tag = "ol" if first.group(1) else "ul"
            items = "".join(f"<li>{_inline_html(ITEM.sub('', row))}</li>" for row in rows)
            made.append(f"<{tag}>{items}</{tag}>")
        else:
            made.append("<p>" + _inline_html(block) + "</p>")
    return made[0][3:-4] if len(made) == 1 and made[0].startswith("<p>") else "".join(made)


def _inline_html(text: str) -> str:
    held: list[str] = []

    def hold(made: str) -> str:
        held.append(made)
        return f"\ue000{len(held) - 1}\ue001"

    text = ESCAPE.sub(lambda found: hold(html.escape(found.group(1), quote=False)), text)
    text = CODE.sub(lambda found: hold(f"<code>{html.escape(found.group(2).strip(), quote=False)}</code>"), text)
    text = PICTURE.sub(lambda found: found.group(1) and f"({found.group(1)})", text)
    text = re.sub(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});", lambda found: html.unescape(found.group()), text)
    text = html.escape(text, quote=False)
    text = RAISED.sub(r"<\1>", text)
    text = STRONG.sub(r"<strong>\1</strong>", text)
    text = EMPHASIS.sub(lambda found: f"<em>{found.group(2) or found.group(3)}</em>", text)
    text = LINK.sub(
        lambda found: f'<a href="{found.group(2)}">{found.group(1)}</a>' if SAFE.match(found.group(2)) else found[1],
        text,
    )
    text = re.sub(r"(?:(?<! ) {2,}|\\)\n", "<br/>", text)
    text = text if _nested(text) else TAGS.sub("", text)
    while "\ue000" in text:
        text = HELD.sub(lambda found: held[int(found.group(1))], text)
    return text


def _nested(text: str) -> bool:
    """Say whether each tag of a text ends where it may; what Markdown leaves crossed would be no XML."""
    open_tags: list[str] = []
    for found in TAGS.finditer(text):
        closes, name = found.groups()
        if not closes:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags
