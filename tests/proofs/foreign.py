"""Convert a folder of Markdown made for another tool and say how that went: `python -m tests.proofs.foreign FOLDER`.

Ends with 1 where a lesson could not be read back, or takes longer than the standard allows.
"""

import sys
import time
from collections import Counter
from pathlib import Path

from lms.content.ondisk.foreign import read_foreign
from lms.content.rules.foreign.convert import Wanted, convert
from lms.content.rules.lessons import MOST_MINUTES
from lms.courses.actions.rendering import blocks
from lms.courses.rules.findings import errors
from lms.courses.rules.lesson_source import parse_lesson


def main(folder: Path) -> int:
    """Print the numbers and return how many lessons are wrong."""
    began = time.perf_counter()
    source = read_foreign(folder)
    made = convert(source, Wanted("course", "课程", "Course"))
    took = time.perf_counter() - began
    wrong = 0
    for lesson in made.lessons:
        read = parse_lesson(lesson.texts[made.language])
        blocks(read, made.language, {})
        if errors(read.findings) or lesson.minutes > MOST_MINUTES:
            wrong += 1
            print(f"{lesson.path}:{lesson.line} {lesson.title}: {[f.sentence() for f in errors(read.findings)]}")  # noqa: T201
    size = sum(len(text.encode()) for text in source.texts.values())
    sums = f"{len(source.texts)} files, {made.pages} pages, {len(made.lessons)} lessons, {took:.1f} s"
    print(f"{size / 1000:.0f} kB, {sums}")  # noqa: T201
    for template, count in Counter(finding.template for finding in made.findings).most_common():
        print(f"{count:6d}  {template}")  # noqa: T201
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
