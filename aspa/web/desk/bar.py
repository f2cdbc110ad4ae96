"""What the frame around every screen shows of the desk; a context processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest


def bar(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    return {"bar": {"section": "desk" if match and match.app_name == "desk" else "settings"}}
