"""What is sent about maps: a title and an outline, a note, a placing, a file."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField

from lms.errors import Invalid
from lms.maps.reading import Imported, kind_of, read_map
from lms.maps.rules.tree import LARGEST_FILE
from lms.web.forms import Form, line, text

LONGEST_OUTLINE = 50_000
LONGEST_NOTE = 2_000
MOST_GAPS = 12
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class MapValue:
    """A map as the text form sends it."""

    title: str
    outline: str
    version: int


class NewMapForm(Form):
    """The name of a new map."""

    title = line(_l("Name of the map"), most=200)

    def value(self) -> str:
        """Return the name."""
        return str(self.title.data)


class MapForm(Form):
    """A map as text."""

    title = line(_l("Name of the map"), most=200)
    outline = text(_l("Outline"), most=LONGEST_OUTLINE, optional=False)
    version = HiddenField()

    def value(self) -> MapValue:
        """Return title, outline and the version that was changed; one that is no number is none of ours."""
        return MapValue(str(self.title.data), str(self.outline.data), whole(self.version.data))


class NoteForm(Form):
    """One's own words at a node."""

    text = text(_l("My note"), most=LONGEST_NOTE)
    next = HiddenField()

    def value(self) -> tuple[str, str]:
        """Return the note and where to go back to."""
        return str(self.text.data or ""), str(self.next.data or "")


class FileForm(Form):
    """A file with a map."""

    file = FileField(_l("File (.mm, .opml, .md)"))

    def value(self) -> Imported:
        """Return what is in the file, or raise Invalid."""
        sent = self.file.data
        if not sent or not sent.filename:
            raise Invalid(code="no_file", field="file")
        data = sent.stream.read(LARGEST_FILE + 1)
        sent.close()
        name = str(sent.filename).replace("\\", "/").rpartition("/")[2]
        return read_map(data, kind_of(name, data), title=name.rpartition(".")[0] or name)


class BlankForm(Form):
    """Which try it is; what was put where comes by `placement`."""

    number = StringField(name="try")

    def value(self) -> int:
        """Return the number of the try, from 1."""
        return min(max(whole(self.number.data), 1), 99)


def placement(sent: Mapping[str, str]) -> dict[int, str]:
    """Return the node that was chosen for each gap, by the gap's number."""
    return {n: sent[f"gap-{n}"][:80] for n in range(1, MOST_GAPS + 1) if sent.get(f"gap-{n}")}


def whole(given: str | None) -> int:
    """Return a whole number as a form sends it, 0 for anything else."""
    digits = (given or "").strip()
    return (
        min(int(digits), LARGEST) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST)) else 0
    )
