"""Debian's packages, installed or unpacked where we may: as root, on a Debian."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

INSTALL_SECONDS = 300
APT_INSTALL = ["apt-get", "install", "-y", "-qq"]
QUIET = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def install(*arguments: str) -> None:
    """Packages, and options of apt-get. What went wrong is printed; whoever asked looks whether the program is there."""
    with apt_get() as may:
        if may:
            run([*APT_INSTALL, *arguments], QUIET)


def unpack(package: str, folder: Path) -> None:
    """Put the files of a package, and of those it needs that the machine hasn't, into a folder and nowhere else.

    For programs whose installation would change the machine: a mail server takes the place of the one there is.
    """
    options = ["--download-only", "--no-install-recommends", "-o"]
    with apt_get() as may, tempfile.TemporaryDirectory() as fetched:
        if may:
            (Path(fetched) / "partial").mkdir()
            run([*APT_INSTALL, *options, f"Dir::Cache::archives={fetched}", package], QUIET)
            for archive in Path(fetched).glob("*.deb"):
                run(["dpkg-deb", "--extract", str(archive), str(folder)], QUIET)


@contextlib.contextmanager
def apt_get() -> Iterator[bool]:
    """Whether its lists are fresh and we may use it now, alone: it refuses to work beside another one."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        yield False
        return
    with (Path(tempfile.gettempdir()) / "aspa-tests-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(["apt-get", "update", "-qq"], QUIET)
        yield True


def run(command: list[str], environment: dict[str, str]) -> bool:
    """Run an installer, its words shown only when it fails."""
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        print(f"{command[0]}: {problem}")
        return False
    if done.returncode:
        print(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")
    return done.returncode == 0
