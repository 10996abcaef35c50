"""Says what a file of questions is, by its bytes and its name, and reads it; total over any bytes."""

from collections.abc import Mapping

from lms.courses.rules.findings import N_, error
from lms.quizzes.rules.formats.aiken import ANSWER, read_aiken
from lms.quizzes.rules.formats.foreign import ForeignFile
from lms.quizzes.rules.formats.gift import LONGEST, read_gift
from lms.quizzes.rules.formats.moodle_xml import read_moodle_xml
from lms.quizzes.rules.formats.qti import read_qti
from lms.quizzes.rules.formats.sheet import read_csv
from lms.quizzes.rules.formats.xlsx import is_workbook, read_xlsx
from lms.quizzes.rules.formats.xmltree import decoded

GIFT, AIKEN, MOODLE_XML, QTI, CSV, XLSX, YAML, ZIP = "gift", "aiken", "moodle_xml", "qti", "csv", "xlsx", "yaml", "zip"
LARGEST = 20 * 1024 * 1024
UNREADABLE = N_("The letters of this file cannot be read; save it as UTF-8.")


def form_of(name: str, data: bytes) -> str:
    """Return which format a file is."""
    ending = name.rpartition(".")[2].lower()
    if data.startswith(b"PK"):
        return ZIP
    start = data[:4000].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").replace(b"\x00", b"")
    if start.startswith(b"<"):
        return MOODLE_XML if b"<quiz" in start and b"<question" in data.replace(b"\x00", b"") else QTI
    if ending in ("csv", "tsv"):
        return CSV
    if ending in ("yaml", "yml"):
        return YAML
    text = decoded(data) or ""
    if ending != "gift" and "{" not in text and any(ANSWER.fullmatch(row.strip()) for row in text.splitlines()):
        return AIKEN
    return GIFT


def read_bank(form: str, data: bytes) -> ForeignFile:
    """Return the questions of a file that is no zip and no file of ours, and by line what could not be taken."""
    if form == MOODLE_XML:
        return read_moodle_xml(data)
    if form == QTI:
        return read_qti({"file.xml": data})
    if form == CSV:
        return read_csv(data)
    text = decoded(data)
    if text is None:
        return ForeignFile(findings=(error(1, UNREADABLE),))
    if len(text) > LONGEST:
        return ForeignFile(findings=(error(1, N_("The file is too long: at most 2,000,000 characters.")),))
    return read_aiken(text) if form == AIKEN else read_gift(text)


def read_package(files: Mapping[str, bytes]) -> ForeignFile:
    """Return the questions of unpacked files: a workbook, a QTI package, or files of Moodle XML."""
    if is_workbook(files):
        return read_xlsx(files)
    moodle = {name: data for name, data in files.items() if name.endswith(".xml") and form_of(name, data) == MOODLE_XML}
    if moodle and not any(name.rpartition("/")[2].lower() == "imsmanifest.xml" for name in files):
        read = {name: read_moodle_xml(data) for name, data in sorted(moodle.items())}
        return ForeignFile(
            tuple(question for found in read.values() for question in found.questions),
            tuple(finding.within(name) for name, found in read.items() for finding in found.findings),
        )
    return read_qti(files)
