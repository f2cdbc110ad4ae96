"""Runs pieces of code in an installation, one after the other in one process: Aspa is loaded once.

python -m testing.console     (in its environment) answers each line {"code": …, "arguments": […]} on its input with a
line {"printed": …, "failed": …}
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import traceback

from testing.programs import ROOT
from testing.services import ServiceFailed


class Console:
    """The process, started when it is first needed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "testing.console"],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, code: str, *arguments: str) -> str:
        """Gives what the code printed. Raises ServiceFailed with its words."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"code": code, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ServiceFailed("The console has ended.")
        answer = json.loads(line)
        if answer["failed"]:
            raise ServiceFailed(answer["failed"])
        return str(answer["printed"])

    def close(self) -> None:
        """It ends when nobody can ask it any more."""
        self._process.communicate()


def main() -> None:
    """Run what is asked for, until the input ends."""
    import django

    django.setup()
    from django.db import connections

    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        sys.argv = ["-c", *asked["arguments"]]
        printed, failed = io.StringIO(), ""
        try:
            with contextlib.redirect_stdout(printed):
                exec(asked["code"], {"__name__": "__main__"})
        except Exception:
            failed = traceback.format_exc()
        connections.close_all()
        answers.write(json.dumps({"printed": printed.getvalue(), "failed": failed}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
