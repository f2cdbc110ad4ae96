"""Pages and static files as the server answers them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from django.test import Client

from aspa.web.shell.handler import Handler

pytestmark = pytest.mark.django_db(transaction=True)


def answer(path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        handler: Any = Handler()
        transport = httpx.ASGITransport(handler)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_a_static_file_has_the_headers_of_a_page() -> None:
    page = Client().get("/account/login/")
    file = answer("/static/shell/shell.js")
    assert file.status_code == 200
    assert file.headers["content-type"].startswith("text/javascript")
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
    ):
        assert set(file.headers[name].split("; ")) == set(page[name].split("; ")), name
    assert answer("/static/shell/shell.js", **{"If-None-Match": file.headers["etag"]}).status_code == 304


def test_pages_pass_the_middleware() -> None:
    page = answer("/account/login/")
    assert page.status_code == 200
    assert "aspa_csrf" in page.headers["set-cookie"]
    assert page.headers["x-frame-options"] == "DENY"
    assert answer("/static/nothing.js").status_code == 404
    assert answer("/desk/").headers["location"] == "/account/login/?next=/desk/"
