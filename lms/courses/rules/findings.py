"""What is found wrong with written content: where, how grave, and one sentence in the reader's language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

Value = str | int | float


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend; `template` is the English sentence and the key of its translation."""

    file: str
    line: int
    level: str  # error: it cannot be used so; warning: it can, and could be better
    template: str
    values: tuple[tuple[str, Value], ...] = ()

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence, translated by `translate`, with its values filled in."""
        text = translate(self.template)
        return text % dict(self.values) if self.values else text

    def within(self, file: str) -> "Finding":
        """Return the same finding as one of `file`."""
        return replace(self, file=file)


def N_(template: str) -> str:  # noqa: N802  # the name by which gettext tools know a sentence that is translated later
    """Mark a sentence for translation and return it as it is."""
    return template


def error(line: int, template: str, *, file: str = "", **values: Value) -> Finding:
    """Return a finding that stops publication."""
    return Finding(file, line, "error", template, tuple(sorted(values.items())))


def warning(line: int, template: str, *, file: str = "", **values: Value) -> Finding:
    """Return a finding that an editor should look at and may leave."""
    return Finding(file, line, "warning", template, tuple(sorted(values.items())))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those of `findings` that stop publication."""
    return tuple(finding for finding in findings if finding.level == "error")
