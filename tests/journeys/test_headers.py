"""What every kind of answer tells browsers and the caches on the way."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.web.shell.handler import _security_headers
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db

EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
PAGES = (
    "/settings/",
    "/settings/agents/",
    "/settings/me/safety/",
    "/settings/promises.csv",
    "/content/",
    "/account/sessions/",
)


@pytest.mark.parametrize("path", PAGES)
def test_what_an_agent_sees_is_kept_by_nobody(cast: Cast, path: str) -> None:
    answer = signed_in(cast.ada).get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "path", ["/", "/nothing-here", "/account/login/", "/help/villa/fi/", "/api/v1/orders", "/shops/x/"]
)
def test_every_answer_has_them(cast: Cast, path: str) -> None:
    answer = Client().get(path)
    assert EVERYWHERE.items() <= answer.headers.items()
    assert "camera=()" in answer["Permissions-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"]


def test_static_files_have_them_too() -> None:
    assert EVERYWHERE.items() <= _security_headers().items()
    assert "camera=()" in _security_headers()["Permissions-Policy"]
