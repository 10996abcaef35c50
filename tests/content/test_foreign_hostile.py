"""Pages made to keep the conversion busy take no longer than their length explains."""

import time

import pytest

from lms.content.rules.foreign.convert import Source, Wanted, convert

LONG = 60_000
SECONDS = 8.0  # of this processor alone; these took minutes before each was looked through in one pass


@pytest.mark.parametrize(
    "piece",
    ["`", "\\(a", "\\[a", "$$a", "<table ", "<table></table><table "],
    ids=["ticks", "formulas", "formulas in brackets", "formulas of dollars", "tables", "tables that end and do not"],
)
def test_what_never_ends_is_looked_through_once(piece: str) -> None:
    begun = time.process_time()
    made = convert(Source({"page.md": f"# T\n\nx {piece * (LONG // len(piece))} y\n"}, {}), Wanted("x", "x", "x"))
    assert time.process_time() - begun < SECONDS
    assert made.lessons


def test_code_after_an_escaped_tick_is_code_still() -> None:
    made = convert(Source({"page.md": "# T\n\na \\`` $x_1$ ` b\n"}, {}), Wanted("x", "x", "x"))
    assert "` $x_1$ `" in made.lessons[0].texts[made.language]
