"""Builds the wheel, installs it in an empty environment away from the checkout, and opens a page of it.

Run by `make wheel-check`; needs the package registries, as any installation does.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 60


def run(*command: object, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; its error ends this check."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(url: str, seconds: float = WAIT_SECONDS) -> bytes:
    """Return the body of `url` as soon as it answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # our own loopback address
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def main() -> None:
    """Build, install, serve, look."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = Path(sys.executable)
        run(python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
        wheel = next(folder.glob("*.whl"))
        venv.create(folder / "env", with_pip=True)
        inside = folder / "env" / "bin"
        locked = ROOT / "requirements" / "run.txt"
        run(
            inside / "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", locked, cwd=folder
        )
        run(inside / "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", wheel, cwd=folder)
        env = {"PATH": os.environ["PATH"], "LMS_DATA_DIR": str(folder / "data"), "HOME": name}
        run(inside / "lms", "init", cwd=folder, env=env)
        run(inside / "lms", "content", "import", cwd=folder, env=env)
        port = free_port()
        server = subprocess.Popen(
            [inside / "lms", "serve", "--port", str(port), "--workers", "1", "--no-jobs"], cwd=folder, env=env
        )
        try:
            page = opened(f"http://127.0.0.1:{port}/sign-in").decode()
            style = page.split('rel="stylesheet" href="')[1].split('"')[0]
            assert opened(f"http://127.0.0.1:{port}{style}"), "the page's style is empty"
            opened(f"http://127.0.0.1:{port}/readyz")
        finally:
            server.terminate()
            server.wait(30)
        print("the wheel installs and serves outside the checkout")  # noqa: T201  # the result of the command


if __name__ == "__main__":
    main()
