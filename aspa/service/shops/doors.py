"""The door for what shops post to us, one address a source: kept first, answered at once, understood by a task.

POST /shops/PUBLIC-ID/            signed by the shop
POST /shops/PUBLIC-ID/SECRET/     for systems that can't sign: the address itself is the secret
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aspa.kit.ids import is_client_id
from aspa.service.commerce.models import Source
from aspa.service.shops import connector, delivering
from aspa.service.shops.connector import Forged, Post

logger = logging.getLogger(__name__)

# The most that a shop tells at once, in bytes; Shopify's orders reach some hundred thousand.
MOST_BYTES = 5 * 1024 * 1024


def address(source: Source, secret: str = "") -> str:
    """Where the shop posts to."""
    return f"{settings.ASPA_URL}/shops/{source.public_id}/" + (f"{secret}/" if secret else "")


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def receive(request: HttpRequest, public_id: str, secret: str = "") -> HttpResponse:
    """200 when it is kept, or known; 401 for what isn't the shop's own; 404 where there is no such shop."""
    # PostgreSQL refuses even to look for some.
    source = Source.objects.filter(public_id=public_id, is_active=True).first() if is_client_id(public_id) else None
    try:
        mine = connector.connector_for(source) if source else None
    except LookupError:
        mine = None
    if source is None or mine is None:
        raise Http404("No such shop.")
    if request.method == "HEAD":
        return HttpResponse()
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        told = mine.receive(
            source, Post({name.lower(): value for name, value in request.headers.items()}, body, secret)
        )
    except Forged as problem:
        logger.warning("A post to shop %s isn't its own: %s", source.pk, problem)
        delivering.note_forgery(source)
        return HttpResponse(status=401)
    if told is not None:
        delivering.keep(source, told, body)
    return HttpResponse()
