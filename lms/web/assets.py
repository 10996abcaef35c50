"""Addresses of browser code and styles: vite's manifest maps a source name to its hashed file."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask

from lms import paths


@cache
def _manifest(file: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(file.read_text())) if file.is_file() else {}


def _entry(name: str) -> dict[str, Any]:
    manifest = _manifest(paths.STATIC / "manifest.json")
    for key in (name, f"src/{name}"):
        if key in manifest:
            return cast(dict[str, Any], manifest[key])
    return {}


def asset(name: str) -> str:
    """Return the address of the built script `name` (as in `frontend/src`)."""
    return f"/static/dist/{_entry(name).get('file', name)}"


def asset_css(name: str) -> list[str]:
    """Return the addresses of the styles that script `name` needs."""
    return [f"/static/dist/{file}" for file in _entry(name).get("css", [])]


def asset_public(name: str) -> str:
    """Return the address of a file that is served as it is."""
    return f"/static/dist/{name}"


def init(app: Flask) -> None:
    """Give templates the three functions."""
    app.jinja_env.globals.update(asset=asset, asset_css=asset_css, asset_public=asset_public)
