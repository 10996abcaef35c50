"""Finds a Chromium for the browser tests; installs Debian's where it can, and says loudly where there is none."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str | None:
    """Return the path of a Chromium, named by CHROMIUM or found on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named if named and os.path.exists(named) else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's Chromium with fonts for Chinese, where we are root on a Debian."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=env, stdout=subprocess.DEVNULL)
        packages = ["chromium", "fonts-noto-cjk"]
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL)


def main() -> None:
    """Make sure there is one, or tell what will not be tested."""
    if executable() is None:
        install()
    found = executable()
    if found is None:
        sys.stdout.write("\n*** NO CHROMIUM: browser tests will be SKIPPED. Install chromium or set CHROMIUM. ***\n\n")
    else:
        sys.stdout.write(f"browser tests run in {found}\n")


if __name__ == "__main__":
    main()
