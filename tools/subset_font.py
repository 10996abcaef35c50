"""Make lms/fonts/NotoSansSC.ttf from the full Noto Sans SC (SIL Open Font License 1.1): GBK and Latin, no hints.

Usage: python tools/subset_font.py path/to/NotoSansSC_400Regular.ttf
"""

import sys
from pathlib import Path

from fontTools import subset

OUT = Path(__file__).resolve().parent.parent / "lms" / "fonts" / "NotoSansSC.ttf"


def characters() -> set[int]:
    """Return the code points that are kept: all of GBK, Latin, punctuation, and the box for the rest."""
    kept = set(range(0x20, 0x250)) | set(range(0x2010, 0x2028)) | {0x25A1, 0x00B7, 0x2713}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                kept.update(map(ord, bytes((lead, trail)).decode("gbk")))
            except UnicodeDecodeError:
                continue
    return kept


def main(source: str) -> None:
    """Write the subset beside its licence."""
    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    for table in ("vhea", "vmtx", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "STAT"):
        if table in font:
            del font[table]
    subset.save_font(font, str(OUT), options)


if __name__ == "__main__":
    main(sys.argv[1])
