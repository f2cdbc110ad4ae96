"""Starts the shop beside a running Aspa."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from testing.installation import Installation, People
from testing.programs import ROOT
from testing.services import ServiceFailed, end, free_port, stop_with_parent, wait_until

KEY = """
import django; django.setup()
from aspa.core.inboxes.models import Brand
from aspa.service.commerce import sources
from aspa.web.rest import keys
from aspa.web.rest.models import Scope
source = sources.create(Brand.objects.get(slug={brand!r}), sources.API, "Lumikki", accounts=True)
print(keys.make(source, "oscar", [Scope.INGEST], None)[1])
"""


@contextlib.contextmanager
def oscar(server: Installation, people: People, home: Path) -> Iterator[str]:
    """The shop's address while the block runs. It is given an API key, as its owner would give it one."""
    import signal

    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ASPA_", "DJANGO_"))},
        "OSCAR_HOME": str(home),
        "OSCAR_ASPA_URL": server.url,
        "OSCAR_ASPA_INBOX": people.inbox,
        "OSCAR_ASPA_BRAND": people.slug,
        "OSCAR_ASPA_SECRET": people.identity_secret,
        "OSCAR_ASPA_KEY": server.run(KEY.format(brand=people.slug)).strip().splitlines()[-1],
        "PYTHONUNBUFFERED": "1",
    }
    filled = subprocess.run(
        [sys.executable, "-m", "testing.oscar", "fill"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    if filled.returncode:
        raise ServiceFailed(f"The shop could not be filled: {filled.stderr[-3000:]}")
    log = home / "oscar.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "testing.oscar", "serve", str(port)],
            env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            preexec_fn=stop_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        if not wait_until(lambda: answers(port), process):
            raise ServiceFailed(f"The shop did not start: {log.read_text(errors='replace')[-3000:]}")
        # localhost and not 127.0.0.1: to the browser this is another site than Aspa's.
        yield f"http://localhost:{port}"
    finally:
        end(process, signal.SIGTERM)


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/static/oscar/css/styles.css", timeout=10).close()
    except (OSError, urllib.error.URLError):
        return False
    return True
