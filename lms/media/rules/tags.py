"""How media stand in a lesson: from `media/<name>` in safe HTML to pictures that do not shift, and to players.

The HTML that comes in has been cleaned, so that every attribute is quoted and every address is known to be harmless.
"""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import quote, unquote

from lms.media.rules.medium import Album, Medium
from lms.media.rules.names import captions_of

PREFIX = re.compile(r"(?:\./)?media/([^/]+)\Z")
ATTRIBUTES = r"(?:\s+[\w-]+=\"[^\"]*\")*"
IMAGE = re.compile(rf"<img({ATTRIBUTES})\s*/?>")
LINK = re.compile(rf"<a({ATTRIBUTES})>(.*?)</a>", re.DOTALL)
ALONE = re.compile(
    rf"<p>\s*(?:<a({ATTRIBUTES})>((?:(?!</?(?:a|p)\b).)*)</a>|<img({ATTRIBUTES})\s*/?>)\s*</p>", re.DOTALL
)
ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
MARKUP = re.compile(r"<[^>]*>")
SPECIAL = re.compile(r"([\\\[\]`*_<>])")
# Words that stand inside stored HTML, which is kept for each language.
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {"captions": "字幕", "zh": "中文字幕", "en": "英文字幕"},
    "en": {"captions": "Captions", "zh": "Captions in Chinese", "en": "Captions in English"},
}


def name_in(target: str) -> str | None:
    """Return the name of the lesson's own file that a link goes to, or None for any other link."""
    found = PREFIX.match(unquote(target.partition("#")[0]))
    return found.group(1) if found else None


def markdown(name: str, kind: str, words: str) -> str:
    """Return what the text of a lesson says to show a file; nothing for captions, which their film shows."""
    if kind == "captions":
        return ""
    text = SPECIAL.sub(r"\\\1", " ".join(words.split()))
    return f"{'!' if kind == 'image' else ''}[{text}](media/{name})"


def with_media(html: str, album: Album, locale: str) -> str:
    """Return cleaned `html` with the files of `album` in it: pictures with their size, sounds and films as players."""
    html = ALONE.sub(lambda found: _alone(found, album, locale), html)
    html = IMAGE.sub(lambda found: _image(_attributes(found.group(1)), album) or found.group(), html)
    return LINK.sub(lambda found: _link(found, album), html)


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in ATTRIBUTE.findall(text or "")}


def _alone(found: re.Match[str], album: Album, locale: str) -> str:
    """Return the player for a paragraph that is nothing but a link to a recording; any other stays."""
    attributes = _attributes(found.group(1) or found.group(3))
    name = name_in(attributes.get("href") or attributes.get("src", ""))
    medium = album.files.get(name or "")
    if name is None or medium is None or medium.kind not in ("audio", "video"):
        return found.group()
    title = unescape(MARKUP.sub("", found.group(2) or "")) or attributes.get("alt", "")
    return player(name, medium, album, locale, title)


def player(name: str, medium: Medium, album: Album, locale: str, title: str) -> str:
    """Return the figure that plays a recording, with its title and length below it."""
    source = escape(_address(name, album))
    label = f' aria-label="{escape(title)}"' if title else ""
    if medium.kind == "audio":
        inside = f'<audio controls preload="none" src="{source}"{label}></audio>'
    else:
        tracks = "".join(_track(language, each, album, locale) for language, each in captions_of(name, album.files))
        inside = f'<video controls preload="none" playsinline src="{source}"{_size(medium)}{label}>{tracks}</video>'
    words = " · ".join(escape(part) for part in (title, clock(medium.seconds)) if part)
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    return f'<figure class="player {medium.kind}">{inside}{caption}</figure>'


def sound(name: str, medium: Medium, album: Album) -> str:
    """Return the bare sound of a call, which <call-player> plays beside its transcript."""
    tag = "audio" if medium.kind == "audio" else "video"
    size = _size(medium) if tag == "video" else ""
    inline = " playsinline" if tag == "video" else ""
    return f'<{tag} controls preload="none"{inline} src="{escape(_address(name, album))}"{size}></{tag}>'


def clock(seconds: float | None) -> str:
    """Return a length as m:ss, or nothing."""
    if not seconds:
        return ""
    whole = max(1, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def _track(language: str, name: str, album: Album, locale: str) -> str:
    label = WORDS[locale][language or "captions"]
    default = " default" if language in (locale, "") else ""
    return (
        f'<track kind="captions" srclang="{language or locale}" label="{label}" src="{escape(_address(name, album))}"'
        f"{default}>"
    )


def _image(attributes: dict[str, str], album: Album) -> str:
    """Return a picture that takes its room before it has come; one that is not there gives its words."""
    name = name_in(attributes.get("src", ""))
    if name is None:
        return ""
    medium, alt = album.files.get(name), attributes.get("alt", "")
    if medium is None or medium.kind != "image":
        return f'<span class="quiet-text">{escape(alt)}</span>'
    title = f' title="{escape(attributes["title"])}"' if attributes.get("title") else ""
    source = escape(_address(name, album))
    return f'<img src="{source}" alt="{escape(alt)}"{title}{_size(medium)} loading="lazy" decoding="async">'


def _link(found: re.Match[str], album: Album) -> str:
    name = name_in(_attributes(found.group(1)).get("href", ""))
    if name is None:
        return found.group()
    if name not in album.files:
        return found.group(2)
    return f'<a href="{escape(_address(name, album))}">{found.group(2)}</a>'


def _address(name: str, album: Album) -> str:
    return album.base + quote(name)


def _size(medium: Medium) -> str:
    return f' width="{medium.width}" height="{medium.height}"' if medium.width and medium.height else ""
