"""Texts in two languages inside of larger values."""

from typing import Any


def in_language(value: Any, language: str) -> Any:
    """Return `value` with every {zh, en} in it as the text of `language`, or as English where that is empty."""
    if isinstance(value, list | tuple):
        return [in_language(each, language) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"zh", "en"}:
        return value[language] or value["en"]
    return {name: in_language(each, language) for name, each in value.items()}
