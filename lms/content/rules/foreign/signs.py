"""The signs that begin and end things in Markdown of many tools, and what their boxes are called."""

import re

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
BEGINNINGS = (FENCE, ATX, RULE, QUOTE, COLONS, BANG, TAB, LIQUID, ITEM)  # of something other than text
