"""One question of every kind, as its kind gives it for an example."""

import json
from typing import Any

import yaml

from lms.content.ondisk.located import File, Table, compose
from lms.courses.rules.findings import Finding
from lms.quizzes.rules.kinds import KINDS, Parts


def read(kind: str, part: dict[str, Any]) -> tuple[Parts, list[Finding]]:
    """Return what the reader of content files makes of a kind's part of a questions.yaml."""
    findings: list[Finding] = []
    file = File("questions.yaml", findings)
    table = Table(compose(written(part), file), file)
    parts = KINDS[kind].read(table)
    table.done()
    return parts, findings


def written(part: dict[str, Any]) -> str:
    """Return a kind's part of a questions.yaml as it stands in the file."""
    plain = json.loads(json.dumps(part))  # without parts that are the same object, which YAML would name
    return str(yaml.dump(plain, Dumper=yaml.CSafeDumper, allow_unicode=True))


def columns(kind: str, part: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the columns of a question's version that its kind fills."""
    parts, findings = read(kind, part or KINDS[kind].example)
    assert findings == []
    return {"options": list(parts.options), "body": parts.body, "key": parts.key, "unit": parts.unit}
