"""What a lesson calls its files: one name without folders, that reads well in Markdown and lies well on any disk."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 80  # characters, with the extension
NAME = re.compile(r"(?=.{1,80}\Z)[\w][\w-]*(?:\.[\w-]+)*\.[a-z0-9]{2,4}\Z")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
PLAIN = {"image": "picture", "audio": "sound", "video": "film", "captions": "captions"}
LANGUAGE = re.compile(r"\.(zh|en)\Z", re.IGNORECASE)


def is_name(name: str) -> bool:
    """Say whether a file in `media/` may be called `name`."""
    return bool(NAME.match(name)) and not RESERVED.match(name) and unicodedata.is_normalized("NFC", name)


def name_for(original: str, ext: str, kind: str, taken: Container[str] = frozenset()) -> str:
    """Return the name for an uploaded file: what its own name says, cleaned, and not one of `taken`.

    Chinese characters stay; captions keep their language (`film.zh.vtt`), so that they are found beside their film.
    """
    last = original.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    stem, language = _split(unicodedata.normalize("NFKC", stem)) if kind == "captions" else (stem, "")
    words = "-".join(re.findall(r"\w+", unicodedata.normalize("NFKC", stem).lower()))
    words = words.strip("-_")[: LONGEST - len(ext) - 10].strip("-_")
    if not words or RESERVED.match(words):
        words = PLAIN[kind]
    name, number = f"{words}{language}.{ext}", 2
    while name in taken or not is_name(name):
        name, number = f"{words if is_name(f'{words}.{ext}') else PLAIN[kind]}-{number}{language}.{ext}", number + 1
    return name


def _split(stem: str) -> tuple[str, str]:
    """Return the stem of captions and their language, with its dot."""
    found = LANGUAGE.search(stem)
    return (stem[: found.start()], found.group().lower()) if found else (stem, "")


def captions_of(name: str, names: Container[str]) -> list[tuple[str, str]]:
    """Return (language, name) of the captions among `names` that belong to the film `name`; "" is no language."""
    stem = name.rpartition(".")[0]
    found = [(language, f"{stem}.{language}.vtt") for language in ("zh", "en") if f"{stem}.{language}.vtt" in names]
    return found or ([("", f"{stem}.vtt")] if f"{stem}.vtt" in names else [])
