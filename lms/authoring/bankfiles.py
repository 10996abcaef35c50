"""Opens a file of questions of whatever format, says of each question what would become of it, and writes files."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lms.authoring.rules.banking import question_of
from lms.authoring.texts import faults_of, questions_text
from lms.content.ondisk.courses import read_questions
from lms.content.ondisk.located import File
from lms.content.ondisk.zips import pack, unpack
from lms.content.rules.library import Question
from lms.courses.rules.findings import N_, Finding, error, errors, warning
from lms.media.intake import take
from lms.media.rules.refusal import MediaRefused
from lms.quizzes.rules import duplicates
from lms.quizzes.rules.formats import reading
from lms.quizzes.rules.formats.foreign import ForeignFile, Picture
from lms.quizzes.rules.formats.gift_writing import write_gift
from lms.quizzes.rules.formats.items import Item, to_item
from lms.quizzes.rules.formats.moodle_xml_writing import write_moodle_xml
from lms.quizzes.rules.formats.outgoing import GIFT, MOODLE_XML, QTI_21, YAML, Outgoing, outgoing, pictures_in
from lms.quizzes.rules.formats.qti_writing import write_qti
from lms.quizzes.rules.formats.xmltree import decoded

LARGEST = 10 * 1024 * 1024
MOST_QUESTIONS = 2_000
NO_PICTURE = N_("A file beside this question is no picture.")
HERE = N_("A question that asks the same is in the bank already.")
MIMES = {
    GIFT: ("txt", "text/plain"),
    MOODLE_XML: ("xml", "application/xml"),
    QTI_21: ("zip", "application/zip"),
    YAML: ("yaml", "application/yaml"),
}


@dataclass(frozen=True)
class Line:
    """One question of a file, or a reason why there is none: `question` is None where it cannot be taken."""

    place: int
    line: int
    file: str
    question: Question | None
    findings: tuple[Finding, ...]
    is_here: bool = False
    pictures: tuple[Picture, ...] = ()  # which its stem shows as media/name, as they were sent

    @property
    def shows(self) -> int:
        """Return how many pictures its stem shows."""
        texts = self.question.stem.as_dict().values() if self.question else ()
        return max((len(pictures_in(text)) for text in texts), default=0)


@dataclass(frozen=True)
class Report:
    """What a file holds, in its order."""

    form: str
    lines: tuple[Line, ...]

    @property
    def taken(self) -> tuple[Line, ...]:
        """Return the lines whose questions can be taken."""
        return tuple(line for line in self.lines if line.question is not None)


def open_bank(
    name: str, data: bytes, competency: str, known: Collection[str], here: Iterable[duplicates.Stem]
) -> Report:
    """Return what a file would bring; never raises, whatever it holds. `here` are the stems of the bank."""
    form = reading.form_of(name, data)
    lines = list(_own(data) if form == reading.YAML else _foreign(form, data, competency, known))
    cores = {duplicates.core(text) for stem in here for text in stem.texts.values()} - {""}
    judged = (_judged(replace(line, place=n), cores) for n, line in enumerate(lines[:MOST_QUESTIONS]))
    return Report(form, tuple(judged))


def _judged(line: Line, cores: Collection[str]) -> Line:
    """Return a line, refused where its question could not be read back out of a file, marked where the bank has it."""
    if line.question is None:
        return line
    faults = faults_of(replace(line.question, ref="new-00-00"))
    if faults:
        why = tuple(replace(fault, file=line.file, line=line.line) for fault in faults)
        return replace(line, question=None, findings=why)
    if {duplicates.core(text) for text in line.question.stem.as_dict().values()} & set(cores):
        note = warning(line.line, HERE, file=line.file)
        return replace(line, is_here=True, findings=(*line.findings, note))
    return line


def _own(data: bytes) -> Iterable[Line]:
    """Yield the questions of a list of ours; a list that cannot be read whole gives nothing but its findings."""
    findings: list[Finding] = []
    text = decoded(data)
    found = read_questions(text, File("questions.yaml", findings)) if text is not None else ()
    wrong = errors(findings)
    if text is None:
        wrong = (error(1, reading.UNREADABLE),)
    yield from (Line(0, each.line, each.file, None, (each,)) for each in wrong)
    if not wrong:
        yield from (
            Line(0, each.place.line, "", replace(each, ref="", version=1, key_point=None), ()) for each in found
        )


def _foreign(form: str, data: bytes, competency: str, known: Collection[str]) -> Iterable[Line]:
    found = _unpacked(data) if form == reading.ZIP else reading.read_bank(form, data)
    read: list[tuple[int, str, Item | None, tuple[Finding, ...]]] = []
    for question in found.questions[:MOST_QUESTIONS]:
        item, notes = to_item(question)
        read.append((question.line, question.file, item, notes))
    read += [(finding.line, finding.file, None, (finding,)) for finding in found.findings]
    for line, file, item, notes in sorted(read, key=lambda each: (each[1], each[0])):
        if item is None:
            yield Line(0, line, file, None, notes)
            continue
        try:
            for picture in item.pictures:
                _check(picture)
        except MediaRefused as why:
            yield Line(0, line, file, None, (error(line, why.template, file=file, **why.values),))
        else:
            yield Line(0, line, file, question_of(item, competency, known), notes, pictures=item.pictures)


def _check(picture: Picture) -> None:
    """Raise MediaRefused where the bytes of a picture are none that lessons take."""
    taken = take(BytesIO(picture.data))
    taken.file.close()
    if taken.medium.kind != "image":
        raise MediaRefused(NO_PICTURE)


def _unpacked(data: bytes) -> ForeignFile:
    """Return what is in a zip; it is judged by its list before a byte is unpacked (content.ondisk.zips)."""
    with TemporaryDirectory(prefix="onramp-bank-") as folder:
        target = Path(folder) / "files"
        target.mkdir()
        wrong = errors(unpack(BytesIO(data), target))
        if wrong:
            return ForeignFile(findings=wrong)
        files = {
            path.relative_to(target).as_posix(): path.read_bytes()
            for path in sorted(target.rglob("*"))
            if path.suffix.lower() in (".xml", ".rels") and path.stat().st_size <= LARGEST
        }
    return reading.read_package(files)


@dataclass(frozen=True)
class Written:
    """A file to hand out: its name, its type, its bytes."""

    name: str
    mime: str
    body: bytes


def write_bank(form: str, values: Sequence[Question], items: Sequence[Item], language: str) -> Written:
    """Return questions as a file of a format; what it cannot carry is left out, as `left_out` says."""
    ending, mime = MIMES[form]
    name = f"question-bank.{ending}"
    if form == YAML:
        return Written(name, mime, questions_text(tuple(values)).encode())
    made = outgoing(items, form, language).questions
    if form == QTI_21:
        return Written(name, mime, _packed(write_qti(made)))
    text = write_gift(made) if form == GIFT else write_moodle_xml(made)
    return Written(name, mime, text.encode())


def left_out(form: str, items: Sequence[Item], language: str) -> Outgoing:
    """Return what a file of a format carries of items, and what not."""
    return Outgoing((), ()) if form == YAML else outgoing(items, form, language)


def _packed(files: dict[str, str]) -> bytes:
    with TemporaryDirectory(prefix="onramp-bank-") as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        made = BytesIO()
        pack(Path(folder), made)
    return made.getvalue()
