"""The one ASGI application: the live plane beside Django in the same process."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")

from django.core.asgi import get_asgi_application

django = get_asgi_application()

from aspa.config import background  # noqa: E402  (needs the app registry)
from aspa.web.live.app import LiveApp  # noqa: E402

application = LiveApp(otherwise=django, background=background.start_in_server)
