"""How to sign in to the demo: one passphrase an installation, and a table of who can do what."""

import os
import secrets
from pathlib import Path

from lms.demo.cast import Cast

FILE = "demo-sign-ins.txt"
# fmt: off
WORDS = (
    "acorn", "amber", "anchor", "apple", "autumn", "bamboo", "basket", "birch", "bridge", "bronze", "candle",
    "canyon", "cedar", "cherry", "cloud", "clover", "cobalt", "copper", "coral", "cotton", "cricket", "crystal",
    "dolphin", "dragon", "ember", "falcon", "feather", "fern", "forest", "garden", "ginger", "granite", "harbour",
    "hazel", "heron", "honey", "indigo", "island", "ivory", "jasmine", "juniper", "kettle", "lantern", "laurel",
    "lemon", "lotus", "magnet", "maple", "marble", "meadow", "melon", "mint", "mirror", "moss", "needle", "olive",
    "orchard", "otter", "paper", "pebble", "pepper", "pine", "planet", "plum", "pocket", "poplar", "quartz",
    "rabbit", "ribbon", "river", "rocket", "saddle", "saffron", "sailor", "sandal", "silver", "sparrow", "spruce",
    "summer", "sunset", "swallow", "teapot", "thistle", "thunder", "timber", "tulip", "tunnel", "velvet", "violet",
    "walnut", "willow", "window", "winter", "yellow", "zephyr",
)
# fmt: on
TRY = {
    "E3101": "Today, a lesson and its mind map, a daily quiz, My path",
    "E3102": "About to be certified: only the mentor's signature is missing",
    "E3103": "About to be certified: one more observed call and the mentor's signature",
    "E3104": "A learner who said that it was too much",
    "M2001": "Listen to a call of E3103 and score it, then sign for E3102 and E3103",
    "A1001": "The class, its load, who is whose mentor; certify E3102 once the mentor has signed",
    "T1001": "Courses and lessons to write; results of quizzes, a key in doubt, hints to look into",
    "T1002": "The second trainer: a lesson waits for their yes",
    "L1001": "Who of the team may take calls",
    "H1001": "The go-live board, a certificate with its PDF, one whose evidence changed, people",
    "U1001": "The record and what stands behind each certificate",
    "X1001": "People, roles, tokens",
}


def passphrase() -> str:
    """Return a new passphrase that one can say and remember."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)])


def table(cast: Cast, password: str) -> str:
    """Return what is printed: the passphrase, and one line for each account worth trying."""
    members = {member.employee_no: member for member in cast.members}
    rows = [(members[no].role, no, f"{members[no].name} {members[no].latin_name}", what) for no, what in TRY.items()]
    lines = [f"{role:<9}{no:<8}{_wide(name, 30)}{what}" for role, no, name, what in rows]
    return "\n".join(
        [
            "Sign in with an employee number and this password, the same for everybody in the demo:",
            "",
            f"    {password}",
            "",
            *lines,
        ]
    )


def _wide(text: str, columns: int) -> str:
    """Return `text` filled up to so many columns of a terminal, in which a Chinese character takes two."""
    taken = sum(2 if ord(char) > 0x2E7F else 1 for char in text)  # noqa: PLR2004  # where the CJK blocks begin
    return text + " " * max(columns - taken, 1)


def keep(data_dir: Path, text: str) -> None:
    """Keep the sign-ins where only the operator reads them; the passphrase itself is nowhere else."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / FILE
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(text + "\n")


def kept(data_dir: Path) -> str | None:
    """Return what `keep` kept, or None."""
    file = data_dir / FILE
    return file.read_text(encoding="utf-8").rstrip("\n") if file.is_file() else None
