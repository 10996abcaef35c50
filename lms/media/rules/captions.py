"""Captions: WebVTT that browsers can read (W3C WebVTT, section 4)."""

import re

from lms.media.rules.refusal import N_, MediaRefused

CUE = re.compile(r"^(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(?:[ \t].*)?$")


def check_captions(data: bytes) -> None:
    """Raise MediaRefused where `data` is no WebVTT text with at least one cue; the line at fault is named."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise MediaRefused(N_("The captions are not UTF-8 text; save them with that encoding.")) from None
    cues = 0
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise MediaRefused(N_("Line %(number)s of the captions holds a character that is no text."), number=number)
        if "-->" in line:
            if not CUE.match(line.strip()):
                raise MediaRefused(
                    N_("Line %(number)s of the captions is no time such as 00:21.000 --> 00:24.500."), number=number
                )
            cues += 1
    if not cues:
        raise MediaRefused(N_("The captions hold no words with a time."))
