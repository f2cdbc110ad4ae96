"""Keys of the API as an admin makes and revokes them."""

from __future__ import annotations

import re

from auditlog.models import LogEntry
from django.test import Client

from aspa.service.commerce.models import Source
from aspa.web.rest.models import Key
from tests.cast import Cast


def test_a_key_is_made_shown_once_used_and_revoked(cast: Cast) -> None:
    ada = Client()
    ada.force_login(cast.ada)
    system = {"brand": cast.brand.pk, "name": "Kassa", "currency": "sek", "accounts": "on", "is_active": "on"}
    assert ada.post("/settings/api/systems/new/", system).status_code == 302
    source = Source.objects.get()
    assert (source.kind, source.currency, source.accounts, source.sets_tier) == ("api", "SEK", True, False)

    assert ada.post("/settings/api/", {"name": "Kassa", "source": source.pk}).status_code == 422
    made = ada.post("/settings/api/", {"name": "Kassa", "source": source.pk, "scopes": ["ingest"]})
    (token,) = re.findall(r"aspa_[\w-]{43}", made.content.decode())
    assert made["Cache-Control"] == "no-store"
    page = ada.get("/settings/api/").content.decode()
    assert token not in page and token[:9] in page

    event = {
        "type": "order_event",
        "order_external_id": "1",
        "external_id": "1",
        "kind": "paid",
        "at": "2026-01-01T00:00Z",
    }
    call = {"headers": {"authorization": f"Bearer {token}"}, "content_type": "application/json"}
    assert Client().post("/api/v1/ingest", {"records": [event]}, **call).status_code == 200
    key = Key.objects.get()
    assert ada.post(f"/settings/api/keys/{key.pk}/revoke").status_code == 302
    assert Client().post("/api/v1/ingest", {"records": [event]}, **call).status_code == 401
    assert ada.post(f"/settings/api/keys/{key.pk}/revoke").status_code == 404

    off = {"name": "Kassa", "currency": "EUR"}
    assert ada.post(f"/settings/api/systems/{source.pk}/", off).status_code == 302
    source.refresh_from_db()
    assert not source.is_active and source.brand == cast.brand
    logged = str(list(LogEntry.objects.values_list("changes", flat=True)))
    assert token not in logged and key.digest not in logged and "revoked_at" in logged
