"""The part of mermaid that reads as steps: `[step]`, `{question}`, `([end])`, at most 9 nodes, no loops."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.courses.rules.findings import N_, Finding, error

MOST_NODES = 9
HEADER = re.compile(r"^\s*(?:flowchart|graph)\s+(?:LR|RL|TD|TB|BT)\s*;?\s*$")
IGNORED = re.compile(r"^\s*(?:%%.*)?$")
NODE = re.compile(r"\s*([A-Za-z0-9_]{1,40})\s*(?:\(\[([^\]\n]+)\]\)|\[([^\[\]\n]+)\]|\{([^{}\n]+)\})?\s*")
ARROW = re.compile(r"\s*-->\s*(?:\|([^|\n]+)\|)?\s*")


@dataclass(frozen=True)
class Edge:
    """A way from one step to another, with the answer that leads there."""

    to: str
    label: str


@dataclass(frozen=True)
class Step:
    """One node: `kind` is step, ask or end; `edges` are its ways on."""

    name: str
    text: str
    kind: str
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Flow:
    """The steps in the order in which they are read."""

    steps: tuple[Step, ...]

    def text(self, name: str) -> str:
        """Return the text of the step called `name`."""
        return next(step.text for step in self.steps if step.name == name)


@dataclass
class _Chart:
    """What has been read of a chart so far."""

    texts: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: (kind, text)
    names: list[str] = field(default_factory=list)
    edges: list[tuple[str, Edge]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def meet(self, found: re.Match[str], line: int) -> str:
        """Note a node and return its name."""
        name, end, step, ask = found.groups()
        if name not in self.names:
            self.names.append(name)
        for kind, text in (("end", end), ("step", step), ("ask", ask)):
            if text is None:
                continue
            said = (kind, text.strip().strip('"').strip())
            if self.texts.setdefault(name, said) != said:
                self.findings.append(
                    error(line, N_("Step “%(name)s” of the flow is written twice, differently."), name=name)
                )
        return name


def parse_flow(lines: Iterable[str], first_line: int) -> tuple[Flow, tuple[Finding, ...]]:
    """Return the flow that `lines` draw and what is wrong with it; `first_line` is the number of the first of them."""
    chart = _Chart()
    rows = [(n, row) for n, row in enumerate(lines, first_line) if not IGNORED.match(row)]
    if not rows or not HEADER.match(rows[0][1]):
        line = rows[0][0] if rows else first_line
        return Flow(()), (error(line, N_("A flow begins with “flowchart LR” or “flowchart TD”.")),)
    for line, row in rows[1:]:
        _read_row(chart, row, line)
    chart.findings.extend(_faults(chart, first_line))
    if chart.findings:
        return Flow(()), tuple(chart.findings)
    return _ordered(chart), ()


def _read_row(chart: _Chart, row: str, line: int) -> None:
    row = row.rstrip().removesuffix(";")
    node = NODE.match(row)
    if node is None:
        chart.findings.append(error(line, N_("This line of the flow cannot be read; write a[Step] --> b[Next step].")))
        return
    name = chart.meet(node, line)
    at = node.end()
    while at < len(row):
        arrow = ARROW.match(row, at)
        node = NODE.match(row, arrow.end()) if arrow else None
        if arrow is None or node is None:
            chart.findings.append(
                error(line, N_("This line of the flow cannot be read; write a[Step] --> b[Next step]."))
            )
            return
        target = chart.meet(node, line)
        chart.edges.append((name, Edge(target, (arrow.group(1) or "").strip().strip('"'))))
        name, at = target, node.end()


def _faults(chart: _Chart, line: int) -> Iterable[Finding]:
    if not chart.names:
        yield error(line, N_("The flow has no steps."))
    if len(chart.names) > MOST_NODES:
        yield error(
            line,
            N_("The flow has %(count)s steps; %(most)s at most can be taken in."),
            count=len(chart.names),
            most=MOST_NODES,
        )
    for name in chart.names:
        if name not in chart.texts:
            yield error(line, N_("Step “%(name)s” of the flow has no text."), name=name)
    if chart.names and len(_order(chart)) < len(chart.names):
        yield error(line, N_("The flow runs in a circle; a reader needs a way that ends."))


def _order(chart: _Chart) -> list[str]:
    """Return the names, each after all that lead to it, branches kept together; those in circles are missing."""
    waiting = {name: sum(edge.to == name for _, edge in chart.edges) for name in chart.names}
    ready = [name for name in reversed(chart.names) if not waiting[name]]
    order: list[str] = []
    while ready:
        name = ready.pop()
        order.append(name)
        onward = [edge.to for origin, edge in chart.edges if origin == name]
        for target in reversed(onward):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return order


def _ordered(chart: _Chart) -> Flow:
    return Flow(
        tuple(
            Step(
                name,
                chart.texts[name][1],
                chart.texts[name][0],
                tuple(e for origin, e in chart.edges if origin == name),
            )
            for name in _order(chart)
        )
    )
