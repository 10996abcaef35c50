"""Imports, exports and imports again each FreeMind file of a folder: `python -m tests.proofs.freemind FOLDER`.

Prints a line for each file that did not come in or did not compare equal, and the sums; exits 1 where one compared
unequal.
"""

import sys
from collections import Counter
from pathlib import Path

from lms.errors import Invalid
from lms.maps.reading import read_map
from lms.maps.rules import drawing, freemind, opml, outline
from lms.maps.rules.tree import differences
from tests.maps.test_rules import bare


def tried(path: Path) -> str:
    """Return `equal`, the code of the reason why it did not come in, or where it differs."""
    try:
        tree = read_map(path.read_bytes(), "mm", title=path.stem).tree
    except Invalid as error:
        return f"refused: {error.code}"
    drawing.draw(tree)
    for kind, write, carried in (
        ("mm", freemind.write, tree),
        ("opml", opml.write, tree),
        ("md", outline.write, bare(tree)),
    ):
        again = read_map(write(tree).encode(), kind).tree
        if again != carried:
            return f"differs as {kind}: {differences(carried, again, most=3)}"
    return "equal"


def main(folder: Path) -> int:
    """Try every file below `folder` and return how many compared unequal."""
    sums: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.mm")):
        found = tried(path)
        sums[found if not found.startswith("differs") else "differs"] += 1
        if found != "equal":
            sys.stdout.write(f"{path.relative_to(folder)}: {found}\n")
    sys.stdout.write(", ".join(f"{name} {number}" for name, number in sorted(sums.items())) + "\n")
    return sums["differs"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
