"""A file as a lesson knows it, and all the files of one lesson."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.media.rules.types import TYPES, Type


@dataclass(frozen=True)
class Medium:
    """What is known of a stored file; `width`, `height` and `seconds` are None where nobody can tell."""

    sha256: str
    ext: str
    bytes: int
    width: int | None = None
    height: int | None = None
    seconds: float | None = None

    @property
    def type(self) -> Type:
        """Return its type."""
        return TYPES[self.ext]

    @property
    def kind(self) -> str:
        """Return image, audio, video or captions."""
        return self.type.kind

    @property
    def key(self) -> str:
        """Return what a signed link names it by."""
        return f"{self.sha256}.{self.ext}"

    @property
    def path(self) -> str:
        """Return the key in the storage."""
        return path_of(self.key)


def path_of(key: str) -> str:
    """Return the key in the storage for `<hash>.<ext>`: a folder holds some hundreds of files, not all."""
    return f"{key[:2]}/{key}"


@dataclass(frozen=True)
class Album:
    """The files of a lesson by name; a name's address is `base` and the name."""

    base: str = ""
    files: Mapping[str, Medium] = field(default_factory=dict)

    @property
    def seconds(self) -> dict[str, float]:
        """Return how long each sound and film plays, by name."""
        return {name: medium.seconds for name, medium in self.files.items() if medium.seconds}


EMPTY = Album()
