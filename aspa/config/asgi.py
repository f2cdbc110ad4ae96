"""The one ASGI application: the live plane beside Django in the same process."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")

import django

django.setup(set_prefix=False)

# These need the app registry.
from aspa.config import background  # noqa: E402
from aspa.web.live.app import LiveApp  # noqa: E402
from aspa.web.shell.handler import Handler  # noqa: E402

application = LiveApp(otherwise=Handler(), background=background.start_in_server)
