"""Friday at 22:00, in a shop that is closed: an urgent message reaches the person on duty, who takes it on the phone."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.shop import shop
from tests.browser.test_accessibility import check
from tests.browser.test_phone import PHONE, expect_no_sideways_scrolling
from tests.browser.widget import Widget

# A brand of its own, since all tests share the installation: it is never open, and Ben is on duty.
NIGHT = """
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.duty.models import Member, Rota
from aspa.service.hours import editing
brand = Brand.objects.create(name="Yövilla", slug="yovilla", domains=["localhost"])
inbox = Inbox.objects.create(brand=brand, name="Chat", channel="webchat")
ben = Agent.objects.get(email="ben@aspa.example")
Grant.objects.create(agent=ben, role=Role.objects.first(), inbox=inbox)
editing.set_week(editing.hours_of(brand), [()] * 7, country="")
Member.objects.create(rota=Rota.objects.create(brand=brand, name="Night", starts_on=clock.now().date()), agent=ben, place=1)
print(inbox.public_id)
"""


def called(stage: Stage) -> int:
    """The call that Ben has been alerted for, by letter and in his browsers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = stage.server.rows("SELECT call_id FROM duty_ring WHERE told_at IS NOT NULL")
        if found:
            return int(found[0][0])
        time.sleep(0.2)
    raise AssertionError("Nobody was called.")


def test_an_urgent_message_at_night_is_taken_from_the_link(stage: Stage) -> None:
    inbox = stage.server.run(NIGHT).strip()
    with shop(stage.server.url, inbox) as closed:
        dee = Widget(stage.pages(), closed).open()
        dee.say("Hello? The key broke, this is urgent")
        dee.expect_sent()
        expect(dee.log.get_by_text("As this is urgent, the person on duty is being told")).to_be_visible()

        ben = stage.signed_in(stage.people.ben, **PHONE)
        ben.goto(f"{stage.server.url}/desk/duty/calls/{called(stage)}/")
        expect(ben.get_by_text("The key broke, this is urgent")).to_be_visible()
        expect_no_sideways_scrolling(ben)
        take = ben.get_by_role("button", name="I take this")
        box = take.bounding_box()
        assert box
        assert box["height"] >= 44, "a thumb hits it, also at night"
        check(ben, "an urgent call")
        take.tap()
        expect(ben).to_have_url(re.compile(r"/desk/conversations/\d+/"))
        expect(ben.get_by_role("textbox", name="Your reply")).to_be_visible()
        expect(dee.log.get_by_text("Ben Berg is on duty and has this now")).to_be_visible()
        ben.go_back()
        ben.reload()
        expect(ben.get_by_text("Ben Berg took this at")).to_be_visible()
