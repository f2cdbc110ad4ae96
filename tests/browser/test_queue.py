"""A queue, and a desk that empties, as the customer in the other brand's chat sees them; Cy alone answers there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests.browser.conftest import Pages, Running, Stage
from tests.browser.desk import Desk
from tests.browser.shop import Shop, shop
from tests.browser.test_accessibility import check
from tests.browser.widget import Widget

# Cy has room for one, and is asked.
SETTING = """
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.service.routing.models import Ability, Rules
from aspa.service.sla import editing
from aspa.service.sla.models import Policy
Brand.objects.filter(slug="metsa").update(domains=["localhost"])
Rules.objects.create(inbox=Inbox.objects.get(brand__slug="metsa"), policy=Rules.Policy.OFFER, offer_seconds=120)
Ability.objects.update_or_create(agent=Agent.objects.get(email="cy@aspa.example"), defaults={"live_room": 1})
editing.add(Policy(name="Metsä", first_reply=300, inboxes=[Inbox.objects.get(brand__slug="metsa").pk]))
"""

# As the stream tells of an answer that is late, here of a conversation that isn't the open one.
LATE = """document.dispatchEvent(new CustomEvent("stream:event", { detail: {
  kind: "sla_breached", conversation: 0, notify: { title: "Eve Ek", body: "", url: "/desk/?view=all" } } }))"""


@pytest.fixture(scope="module")
def metsa(running: Running) -> Iterator[Shop]:
    server, people = running
    server.run(SETTING)
    with shop(server.url, people.other_inbox) as opened:
        yield opened


@pytest.fixture
def other_stage(running: Running, metsa: Shop, new_page: Pages) -> Stage:
    return Stage(*running, metsa, new_page)


def test_three_wait_for_one_agent(other_stage: Stage) -> None:
    cy = Desk(other_stage.signed_in(other_stage.people.cy), other_stage.server.url, "/desk/?view=mine")
    card = cy.page.locator("#offers")
    first, second, third = (other_stage.customer() for _ in range(3))
    for widget, text in ((first, "First of all"), (second, "Second in line"), (third, "Third in line")):
        widget.open()
        widget.say(text)
        widget.expect_sent()

    # Whoever is offered is still next: nobody has taken them yet.
    expect(card).to_contain_text("First of all")
    check(cy.page, "an offer")
    expect(status(first)).to_have_text("You are next in the queue")
    expect(status(second)).to_have_text("You are number 2 in the queue")
    expect(status(third)).to_have_text("You are number 3 in the queue")
    before = places(second)
    cy.page.keyboard.press("y")
    expect(cy.message("First of all")).to_be_visible()
    expect(card.get_by_role("button")).to_have_count(0)
    expect(cy.head.locator(".countdown")).to_contain_text("First reply")
    expect(first.panel.get_by_role("heading", name="Cy Carlsson")).to_be_visible()
    expect(status(second)).to_have_text("You are next in the queue")
    expect(status(third)).to_have_text("You are number 2 in the queue")
    assert places(second) == before, "nothing moves when the queue does"

    # Cy's room is taken until the first customer is done.
    cy.reply("It is in stock.")
    expect(first.bubble("It is in stock.")).to_have_count(1)
    first.button("It is taken care of, end").click()
    first.button("End it").click()
    expect(card).to_contain_text("Second in line")
    cy.text.press("Alt+y")
    expect(cy.message("Second in line")).to_be_visible()
    expect(status(third)).to_have_text("You are next in the queue")
    cy.page.evaluate(LATE)
    expect(cy.toasts).to_contain_text("Eve Ek waits: an answer is late")
    cy.page.get_by_text("Why Cy has this").click()
    expect(cy.page.locator(".why")).to_contain_text("had room (0 of 1)")


def test_the_last_agent_leaves_while_a_customer_types(other_stage: Stage) -> None:
    cy = Desk(other_stage.signed_in(other_stage.people.cy), other_stage.server.url, "/desk/")
    dee = other_stage.customer().open()
    expect(status(dee)).not_to_have_text("Nobody is here right now")
    dee.text.press_sequentially("Is anybody st")
    cy.page.close()
    expect(status(dee)).to_have_text("Nobody is here right now")
    expect(dee.text).to_be_focused()
    dee.text.press_sequentially("ill there?")
    expect(dee.text).to_have_value("Is anybody still there?")
    expect(dee.panel.get_by_text("Leave a message")).to_be_visible()
    dee.text.press("Enter")
    dee.expect_sent()


def test_a_desk_left_alone_is_away_until_it_is_touched(other_stage: Stage) -> None:
    page = other_stage.signed_in(other_stage.people.cy)
    page.clock.install()
    Desk(page, other_stage.server.url, "/desk/")
    presence = page.locator("button.presence")
    expect(presence).to_have_text("Present")
    dee = other_stage.customer().open()
    expect(status(dee)).not_to_have_text("Nobody is here right now")
    page.clock.fast_forward("10:30")
    expect(presence).to_have_text("Away")
    expect(status(dee)).to_have_text("Nobody is here right now")
    page.mouse.move(200, 200)
    expect(presence).to_have_text("Present")
    expect(status(dee)).not_to_have_text("Nobody is here right now")


def status(widget: Widget) -> Locator:
    """What the head says to ears too."""
    return widget.panel.locator(".head").get_by_role("status")


def places(widget: Widget) -> list[FloatRect | None]:
    """Where the first message and the composer are on the screen."""
    return [widget.log.locator(".bubble").first.bounding_box(), widget.text.bounding_box()]
