"""What turns Markdown of another tool into a course: `lms content convert`."""

from datetime import timedelta
from pathlib import Path

import click

from lms import clock
from lms.content.commands import telling
from lms.content.ondisk.doors import opened
from lms.content.ondisk.foreign import proposals, read_foreign, write_courses
from lms.content.ondisk.writing import NotEmpty
from lms.content.rules.foreign.convert import Conversion, Source, Wanted
from lms.content.rules.foreign.convert import convert as converted
from lms.content.rules.recognition import slug
from lms.courses.rules.findings import errors

A_YEAR = timedelta(days=365)


def _slug(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if slug(value) != value:
        raise click.BadParameter("lower-case Latin letters, digits and hyphens, at most 60, please.")
    return value


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--course", required=True, callback=_slug, help="What the folder of the course is called.")
@click.option("--title-zh", required=True, help="What the course is called in Chinese.")
@click.option("--title-en", required=True, help="What the course is called in English.")
@click.option("--post", "posts", multiple=True, help="Profile that the course is for; may be given several times.")
@click.option("--order", type=click.IntRange(0, 900), default=500, show_default=True, help="Place in the library.")
@click.option("--owner", default="Training desk", show_default=True, help="Who answers for the course.")
@telling.as_json
@telling.in_language
def convert(  # noqa: PLR0913  # what click hands over, one by one
    source: Path,
    target: Path,
    *,
    course: str,
    title_zh: str,
    title_en: str,
    posts: tuple[str, ...],
    order: int,
    owner: str,
    as_json: bool,
    language: str | None,
) -> None:
    """Make a course of the Markdown in SOURCE, a folder or a zip made for another tool, and write it to TARGET.

    Pages are cut into lessons of at most five minutes. What was left out or changed is told by file and line. Key
    points are never marked by themselves: the report proposes some, and `lms content check` says what is missing.
    """
    with opened(source) as parcel:
        if errors(parcel.findings):
            telling.say(parcel.findings, language)
            raise click.ClickException("Nothing was converted.")
        read = read_foreign(parcel.root)
        made = converted(read, Wanted(course, title_zh, title_en, posts))
        if not made.lessons:
            telling.say(made.findings, language)
            raise click.ClickException("There is no page of Markdown to convert.")
        review = clock.now().date() + A_YEAR
        try:
            files = write_courses(made, parcel.root, target, order=order, owner=owner, review_by=review)
        except NotEmpty:
            raise click.ClickException(f"{target} is not empty; name a new folder.") from None
    found = (*parcel.findings, *made.findings, *proposals(made))
    sums = _sums(read, made) | {"files": files}
    if as_json:
        click.echo(telling.dump({"path": str(target), "sums": sums, "findings": telling.rows(found, language)}))
        return
    telling.say(found, language)
    click.echo(f"{telling.words(sums)}.")


def _sums(read: Source, made: Conversion) -> dict[str, int]:
    return {
        "kB read": sum(len(text.encode()) for text in read.texts.values()) // 1000,
        "pages": made.pages,
        "courses": len(made.courses),
        "lessons": len(made.lessons),
        "pictures": sum(len(lesson.media) for lesson in made.lessons),
        "remarks": len(made.findings),
    }
