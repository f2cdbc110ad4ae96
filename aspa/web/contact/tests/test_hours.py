"""Opening hours on the shop's pages are those of the calendar."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import time_machine
from django.test import Client

from aspa.core.inboxes.models import Brand
from aspa.service.hours import editing
from aspa.service.hours.schedule import periods_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(brand: Brand) -> None:
    week = [periods_of(text) for text in ("9-17", "9-17", "9-17", "9-12, 13-17", "9-16", "", "")]
    hours = editing.set_week(editing.hours_of(brand), week, country="FI")
    editing.set_day(hours, dt.date(2026, 12, 23), periods_of("9-12"), note="Inventaario </script><script>alert(1)")


def told(client: Client, path: str) -> str:
    """The lines for people; the module's are JSON in its first statement."""
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "</script><script>alert" not in text
    if path.startswith("/hours/villa.js"):
        return str(json.loads(text.split("const told = ", 1)[1].split(";\n", 1)[0])["html"])
    return text


@pytest.mark.parametrize("path", ["/hours/villa/?lang=fi", "/hours/villa.js?lang=fi"])
@time_machine.travel("2026-12-20T12:00:00+02:00", tick=False)
def test_what_is_published_is_what_is_kept(client: Client, path: str) -> None:
    lines = told(client, path)
    for line in ("Maanantai–keskiviikko", "9:00–12:00, 13:00–17:00", "Inventaario", "Joulupäivä", "suljettu"):
        assert line in lines


@time_machine.travel("2026-12-20T12:00:00+02:00", tick=False)
def test_search_engines_read_the_same(client: Client) -> None:
    page = client.get("/hours/villa/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    specified = json.loads(found[1])["contactPoint"]["hoursAvailable"]
    assert len([one for one in specified if one.get("dayOfWeek") == "https://schema.org/Thursday"]) == 2
    special = {one["validFrom"]: (one["opens"], one["closes"]) for one in specified if "validFrom" in one}
    assert special["2026-12-23"] == ("09:00", "12:00")
    assert special["2026-12-25"] == ("00:00", "00:00")


def test_any_shop_may_fetch_it_and_unknown_brands_have_none(client: Client, brand: Brand) -> None:
    assert client.get("/hours/villa.js")["Access-Control-Allow-Origin"] == "*"
    Brand.objects.create(name="Other", slug="no-hours")
    for path in ("/hours/no-hours/", "/hours/no-hours.js", "/hours/nobody/"):
        assert client.get(path).status_code == 404
