"""Why a file is not taken: one sentence with its values, in English until somebody translates it for its reader."""

from collections.abc import Callable

from lms.errors import Invalid

Value = str | int


class MediaRefused(Invalid):
    """A file cannot be taken; `template` is the English sentence and the key of its translation."""

    def __init__(self, template: str, **values: Value) -> None:
        super().__init__(template % values if values else template, field="file")
        self.template = template
        self.values = values

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence, translated by `translate`, with its values filled in."""
        text = translate(self.template)
        return text % self.values if self.values else text


def N_(template: str) -> str:  # noqa: N802  # the name by which gettext tools know a sentence that is translated later
    """Mark a sentence for translation and return it as it is."""
    return template
