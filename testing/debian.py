"""Installs Debian's packages where we may: as root, on a Debian."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

INSTALL_SECONDS = 300


def install(*arguments: str) -> None:
    """Packages, and options of apt-get. What went wrong is printed; whoever asked looks whether the program is there."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # apt-get refuses to work beside another one, and checks run beside each other.
    with (Path(tempfile.gettempdir()) / "aspa-tests-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(["apt-get", "update", "-qq"], quiet)
        run(["apt-get", "install", "-y", "-qq", *arguments], quiet)


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
