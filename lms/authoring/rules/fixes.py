"""Findings whose mending is evident: what the editor offers beside the sentence, and the words it looks for."""

from dataclasses import dataclass

from lms.courses.rules.findings import Finding

DESCRIBE, UNMARK, SHOW = "describe", "unmark", "show"
OFFERED = {
    "Say in the brackets what the picture shows: ![words](media/%(name)s). Some readers hear only them.": DESCRIBE,
    "The lesson has %(count)s key points; the standard allows %(most)s.": UNMARK,
    "A sentence of %(count)s characters; %(most)s are enough: “%(sentence)s”": SHOW,
    "A sentence of %(count)s words; %(most)s are enough: “%(sentence)s”": SHOW,
}


@dataclass(frozen=True)
class Fix:
    """What is offered: `describe` the picture called `at`, `unmark` a key point, `show` the sentence that begins so."""

    do: str
    at: str = ""


def fix(finding: Finding) -> Fix | None:
    """Return what can be offered to mend a finding, or None where somebody must think."""
    do = OFFERED.get(finding.template)
    if do is None:
        return None
    values = dict(finding.values)
    return Fix(do, str(values.get("name", values.get("sentence", ""))).rstrip("…"))
