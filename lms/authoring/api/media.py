"""Files of lessons for the editor: bring one, list them, take one away."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.file import FileStorage
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import files as actions
from lms.authoring.words.drafts import worded
from lms.media import queries
from lms.media.actions import Place, keep_file
from lms.media.intake import take
from lms.media.rules.medium import Medium
from lms.media.rules.refusal import N_, MediaRefused
from lms.media.rules.tags import markdown
from lms.media.rules.types import LARGEST
from lms.web import allow, me, reading, writing
from lms.web.files import storage
from lms.web.uploads import takes_files

api = APIBlueprint("media_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Media")])
LONGEST_SENT = 1000  # characters of a name that are looked at
SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


class LessonSlugs(BaseModel):
    """A lesson, published or not, by the slugs of its course and of itself."""

    slug: str = Field(max_length=80, pattern=SLUG)
    lesson_slug: str = Field(max_length=80, pattern=SLUG)

    @property
    def place(self) -> Place:
        """Return the lesson as actions know it."""
        return Place(self.slug, self.lesson_slug)


class FileName(LessonSlugs):
    """A file of a lesson."""

    name: str = Field(max_length=80)


class Upload(BaseModel):
    """A picture, sound, film or captions file, and what a picture shows, in words."""

    file: FileStorage
    alt: str = Field("", max_length=300)


class MediumItem(BaseModel):
    """A file of a lesson; `markdown` is what the text says to show it."""

    name: str
    url: str
    type: str
    kind: str
    bytes: int
    width: int | None
    height: int | None
    seconds: float | None
    markdown: str


class MediumList(BaseModel):
    """All files of a lesson."""

    items: list[MediumItem]


@api.get(
    "/courses/<slug>/lessons/<lesson_slug>/media",
    summary="Files of a lesson, published or not",
    responses={200: MediumList},
)
@allow(Role.TRAINER)
def media(path: LessonSlugs) -> dict[str, Any]:
    """List the files of a lesson by name."""
    with reading() as session:
        found = queries.listed(session, path.slug, path.lesson_slug)
    items = [_told(path.place, line.name, line.medium, line.original_name, "") for line in found]
    return MediumList(items=items).model_dump(mode="json")


@api.post(
    "/courses/<slug>/lessons/<lesson_slug>/media", summary="Bring a file to a lesson", responses={201: MediumItem}
)
@allow(Role.TRAINER)
@takes_files(LARGEST)
def add_medium(path: LessonSlugs, form: Upload) -> tuple[dict[str, Any], int]:
    """Keep a file and give it a name in the lesson; pictures are made anew, without what a camera wrote into them."""
    with _in_words():
        sent = request.files.get("file")
        if sent is None:
            raise MediaRefused(N_("Choose a file first."))
        original = (sent.filename or "")[:LONGEST_SENT]
        taken = take(sent.stream)
    with closing(taken.file):
        keep_file(storage(), taken)
        with writing() as session:
            name, medium = actions.add_file(session, me(), path.place, taken, original, now=clock.now())
        keep_file(storage(), taken)
    return _told(path.place, name, medium, original, form.alt).model_dump(mode="json"), 201


@api.delete(
    "/courses/<slug>/lessons/<lesson_slug>/media/<name>", summary="Take a file away for good", responses={204: None}
)
@allow(Role.TRAINER)
def remove_medium(path: FileName) -> tuple[str, int]:
    """Let a lesson forget a file that its text does not show; its bytes go a day later, unless a lesson has them."""
    with worded(), writing() as session:
        actions.remove_file(session, me(), path.place, path.name, now=clock.now())
    return "", 204


@contextmanager
def _in_words() -> Iterator[None]:
    """Give refusals the reader's language; they stay the errors they are."""
    try:
        yield
    except MediaRefused as refused:
        refused.text = refused.sentence(gettext)
        raise


def _told(place: Place, name: str, medium: Medium, original: str, alt: str) -> MediumItem:
    title = original.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    return MediumItem(
        name=name,
        url=url_for("media.preview", slug=place.course_slug, lesson_slug=place.lesson_slug, name=name),
        type=medium.type.mime,
        kind=medium.kind,
        bytes=medium.bytes,
        width=medium.width,
        height=medium.height,
        seconds=medium.seconds,
        markdown=markdown(name, medium.kind, alt or (title if medium.kind != "image" else "")),
    )
