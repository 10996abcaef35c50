"""Finds and reads the files of a library: no links, bounded in number and size, UTF-8 only."""

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lms.courses.rules.findings import N_, Finding, error, warning

MOST_FILES = 20_000
LARGEST_TEXT = 1024 * 1024
DEEPEST = 6


@dataclass
class Tree:
    """The files below `root` by their path with `/`, and what was found on the way."""

    root: Path
    prefix: str = ""  # what every path begins with: the name of a course, where the root is its folder
    deepest: int = DEEPEST
    files: dict[str, Path] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def names(self, folder: str = "") -> list[str]:
        """Return the names of the folders directly below `folder`, in order."""
        depth = len(PurePosixPath(folder).parts)
        inside = (PurePosixPath(file).parts for file in self.files if not folder or file.startswith(folder + "/"))
        return sorted({parts[depth] for parts in inside if len(parts) > depth + 1})

    def below(self, folder: str, suffix: str) -> list[str]:
        """Return the files directly below `folder` that end in `suffix`, in order."""
        return sorted(f for f in self.files if str(PurePosixPath(f).parent) == folder and f.endswith(suffix))

    def text(self, file: str) -> str | None:
        """Return the text of `file` with plain line ends; None, with a finding, where it has none."""
        try:
            raw = self.files[file].read_bytes()
        except OSError as refused:
            self.findings.append(
                error(1, N_("The file cannot be read: %(why)s"), file=file, why=refused.strerror or "?")
            )
            return None
        if len(raw) > LARGEST_TEXT:
            self.findings.append(error(1, N_("The file is larger than %(most)s bytes."), file=file, most=LARGEST_TEXT))
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = raw.count(b"\n", 0, wrong.start) + 1
            self.findings.append(error(line, N_("This is not UTF-8 text."), file=file))
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")


def walk(root: Path, course: str = "", *, deepest: int = DEEPEST) -> Tree:
    """Return the tree below `root`; hidden files are passed over, links are refused.

    Nothing is read below `deepest` folders. Where `root` is the folder of one course, `course` is its name, and the
    tree is that of a library of this course.
    """
    tree = Tree(root.resolve(), prefix=f"{course}/" if course else "", deepest=deepest)
    if not tree.root.is_dir():
        tree.findings.append(error(1, N_("There is no folder here."), file=str(root)))
        return tree
    for folder, folders, files in os.walk(tree.root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _refused(tree, here / name))
        for name in sorted(files):
            if name.startswith(".") or _refused(tree, here / name):
                continue
            if len(tree.files) >= MOST_FILES:
                tree.findings.append(error(1, N_("There are more than %(most)s files."), file=".", most=MOST_FILES))
                return tree
            tree.files[_path(tree, here / name)] = here / name
    if not tree.files:
        tree.findings.append(error(1, N_("The folder is empty."), file="."))
    return tree


def _path(tree: Tree, path: Path) -> str:
    return tree.prefix + path.relative_to(tree.root).as_posix()


def _refused(tree: Tree, path: Path) -> bool:
    """Say whether `path` must not be read, with a finding that says why."""
    name = _path(tree, path).encode(errors="replace").decode()
    if path.is_symlink():
        tree.findings.append(error(1, N_("Symbolic links are not followed; put the file itself here."), file=name))
        return True
    if len(PurePosixPath(name).parts) > tree.deepest:
        tree.findings.append(warning(1, N_("Nothing is read this deep in the tree."), file=name))
        return True
    if not path.is_dir() and not path.is_file():
        tree.findings.append(error(1, N_("This is no ordinary file."), file=name))
        return True
    return False
