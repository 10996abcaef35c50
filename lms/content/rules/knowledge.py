"""What the manual and the glossary must meet across files: posts that exist, one meaning for one word."""

from collections.abc import Iterator

from lms.content.rules.library import Library
from lms.content.rules.names import Names
from lms.courses.rules.findings import N_, Finding, error, warning
from lms.knowledge.rules.words import normal


def check(library: Library, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the manual and the glossary of `library`."""
    for page in library.manual:
        for post in page.posts:
            if names.profiles and post not in names.profiles:
                yield error(1, N_("There is no profile “%(name)s”."), file=page.place.file, name=post)
    seen: dict[str, str] = {}
    for term in library.terms:
        for spelling in term.spellings():
            other = seen.setdefault(normal(spelling), term.slug)
            if other != term.slug:
                yield warning(
                    term.place.line,
                    N_("“%(word)s” is a spelling of the term “%(other)s” as well."),
                    file=term.place.file,
                    word=spelling,
                    other=other,
                )
