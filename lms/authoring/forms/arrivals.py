"""What is sent when content arrives: a zip, and what a converted course is to be called."""

from pathlib import PurePosixPath
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import Regexp

from lms.content.rules.foreign.convert import Wanted
from lms.errors import Invalid
from lms.web.forms import Form, line


class ZipForm(Form):
    """A zip with courses, or with Markdown of another tool."""

    file = FileField(_l("Zip file"))

    def value(self) -> tuple[str, BinaryIO]:
        """Return what the file is called, without its ending, and its bytes; raise Invalid where none was chosen."""
        sent = self.file.data
        if not sent or not sent.filename:
            raise Invalid(field="file")
        name = PurePosixPath(str(sent.filename).replace("\\", "/")).stem[:80]
        return name or "course", sent.stream


class ConversionForm(Form):
    """The name of the course that Markdown of another tool becomes."""

    title_zh = line(_l("Title in Chinese"), most=180)
    title_en = line(_l("Title in English"), most=180)
    slug = line(
        _l("Name in addresses"),
        most=60,
        check=[Regexp(r"^[a-z0-9]+(?:-[a-z0-9]+)*$", message=_l("Lower-case Latin words joined by hyphens, please."))],
    )

    def value(self) -> Wanted:
        """Return the course as it was named."""
        return Wanted(str(self.slug.data), str(self.title_zh.data), str(self.title_en.data))
