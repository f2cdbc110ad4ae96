"""The desk as an app of its own: manifest, service worker, and the browsers that may ring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aspa.web.desk import ringing
from aspa.web.desk.doors import for_agents
from aspa.web.desk.models import PushSubscription

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.web.desk.doors import AgentRequest


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static("desk/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("desk/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": static("desk/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    home = reverse("desk:home")
    return JsonResponse(
        {
            "id": home,
            "name": _("Aspa desk"),
            "short_name": "Aspa",
            "start_url": home,
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f4ef",
            "theme_color": "#f6f4ef",
            "icons": icons,
            "shortcuts": [{"name": _("Unassigned"), "url": f"{home}?view=unassigned"}],
        },
        content_type="application/manifest+json",
    )


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script from our static files, at an address whose scope covers the desk."""
    script = Path(str(finders.find("desk/sw.js"))).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@for_agents
def push(request: AgentRequest) -> HttpResponse:
    """GET: the key to subscribe with. POST {"endpoint", "keys"}: ring this browser. DELETE: no longer."""
    if request.method == "GET":
        return JsonResponse({"key": ringing.public_key()})
    try:
        given = json.loads(request.body)
        endpoint = str(given["endpoint"])
        keys = {name: str(given["keys"][name]) for name in ("p256dh", "auth")} if request.method == "POST" else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponse(status=400)
    if request.method == "DELETE":
        PushSubscription.objects.filter(agent=request.user, endpoint=endpoint).delete()
        return HttpResponse(status=204)
    if request.method != "POST" or not ringing.is_push_service(endpoint):
        return HttpResponse(status=400)
    PushSubscription.objects.update_or_create(endpoint=endpoint, defaults={"agent": request.user, "keys": keys})
    return HttpResponse(status=201)
