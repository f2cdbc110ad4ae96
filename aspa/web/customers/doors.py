"""How a change of a customer is answered."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse


def changed(text: str = "", *, failed: bool = False) -> HttpResponse:
    """204, on which the panel and the profile page load their sections anew; `text` is told to the agent."""
    triggers: dict[str, Any] = {"customer:changed": {}}
    if text:
        triggers["toast"] = {"text": text, "failed": failed}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(triggers)})
