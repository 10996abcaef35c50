"""Read each file of a folder as a bank of questions and say how it went: `python -m tests.proofs.foreign_banks FOLDER`.

For each file: how many questions were taken, how many refused, and, with `-v`, each reason by line. What was taken is
written to each format and read again. Ends with 1 where anything crashed or a taken question did not come back.
"""

import io
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lms.courses.rules.findings import Finding, errors
from lms.quizzes.rules.formats import reading
from lms.quizzes.rules.formats.foreign import ForeignFile
from lms.quizzes.rules.formats.gift import read_gift
from lms.quizzes.rules.formats.gift_writing import write_gift
from lms.quizzes.rules.formats.items import Item, to_item
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.moodle_xml_writing import write_moodle_xml
from lms.quizzes.rules.formats.outgoing import GIFT, MOODLE_XML, QTI_21, outgoing
from lms.quizzes.rules.formats.qti import read_qti
from lms.quizzes.rules.formats.qti_writing import write_qti

LARGEST = 20_000_000


def read_file(path: Path) -> ForeignFile:
    """Read one file as an import would."""
    data = path.read_bytes()
    form = reading.form_of(path.name, data)
    if form != reading.ZIP:
        return reading.read_bank(form, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if info.file_size < LARGEST and not info.is_dir()]
        return reading.read_package({name: archive.read(name) for name in names})


def taken(found: ForeignFile) -> Iterator[tuple[Item | None, tuple[Finding, ...]]]:
    """Yield each question as one of ours, or None, with what is said of it."""
    yield from map(to_item, found.questions)


def comes_back(item: Item) -> list[str]:
    """Return the formats from which a question does not come back as it went."""
    wrong = []
    for form in (GIFT, MOODLE_XML, QTI_21):
        made = outgoing([item], form)
        if not made.questions:
            continue
        if form == QTI_21:
            found = read_qti({name: text.encode() for name, text in write_qti(made.questions).items()})
        else:
            found = (
                read_gift(write_gift(made.questions))
                if form == GIFT
                else read_moodle_xml(write_moodle_xml(made.questions).encode())
            )
        back = to_item(found.questions[0])[0] if found.questions else None
        if back is None or back.kind != item.kind or back.parts.key != item.parts.key:
            wrong.append(form)
        elif form != QTI_21 and item.kind != "cloze" and back.stem != item.stem:
            wrong.append(f"{form} stem")
    return wrong


def main(folder: Path, *, verbose: bool) -> int:
    """Print the numbers and return how many files failed."""
    sums, kinds, whys, failed = Counter[str](), Counter[str](), Counter[str](), 0
    began = time.perf_counter()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        try:
            found = read_file(path)
            read = list(taken(found))
            lost = [wrong for item, _notes in read if item is not None for wrong in comes_back(item)]
        except Exception:  # noqa: BLE001  # the proof is that there is none
            failed += 1
            print(f"CRASH {path}\n{traceback.format_exc()}")  # noqa: T201
            continue
        refused = [*errors(found.findings), *(each for item, notes in read if item is None for each in notes)]
        left = [finding for finding in found.findings if finding.level == "warning"]
        good = sum(item is not None for item, _notes in read)
        kinds.update(item.kind for item, _notes in read if item is not None)
        sums.update(files=1, taken=good, refused=len(refused), left=len(left), lost=len(lost))
        whys.update(finding.template for finding in [*refused, *left])
        failed += bool(lost)
        form = reading.form_of(path.name, path.read_bytes())
        name = path.relative_to(folder)
        print(f"{good:5d} taken {len(refused):4d} refused {len(left):4d} left  {form:10}  {name}  {lost or ''}")  # noqa: T201
        for finding in [*refused, *left] if verbose else ():
            print(f"        {finding.file}:{finding.line} {finding.sentence()}")  # noqa: T201
    print(dict(sums), f"{time.perf_counter() - began:.1f} s", dict(kinds))  # noqa: T201
    for template, count in whys.most_common():
        print(f"{count:6d}  {template}")  # noqa: T201
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), verbose="-v" in sys.argv) else 0)
