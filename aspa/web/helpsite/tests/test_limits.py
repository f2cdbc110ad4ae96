"""What programs that ask for everything are slowed down at, and people don't notice."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.kit.rates import Buckets
from aspa.service.knowledge import switches
from aspa.web.helpsite.community import asking
from tests.cast import Cast


@pytest.mark.django_db
def test_what_is_alike_is_looked_for_as_fast_as_people_type(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    switches.set_on(cast.brand, "community", is_on=True)
    monkeypatch.setattr(asking, "_typed", Buckets(1 / 60, 2))
    here, elsewhere = Client(), Client(REMOTE_ADDR="192.0.2.7")
    path = "/help/villa/en/community/similar/?title=wool"
    assert [here.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert elsewhere.get(path).status_code == 200
