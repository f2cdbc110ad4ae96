"""axe finds nothing wrong on any page, in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage, Talk

PHONE = {"width": 390, "height": 844}

# What settings pages need so that each of them has something to show.
WORDS = """
import django; django.setup()
from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.duty.models import Member, Rota
from aspa.service.writing.models import CannedReply
brand = Brand.objects.get(slug="villa")
Label.objects.get_or_create(brand=brand, name="Delivery")
Reason.objects.get_or_create(brand=brand, name="Return")
CannedReply.objects.get_or_create(brand=brand, shortcut="hello", title="Hello", body="Hello {{ name }}")
if not Rota.objects.filter(name="Nights").exists():
    nights = Rota.objects.create(brand=Brand.objects.get(slug="metsa"), name="Nights", starts_on=clock.now().date())
    for place, agent in enumerate(Agent.objects.all()):
        Member.objects.create(rota=nights, agent=agent, place=place)
"""


IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

# What turns for ever, as long as something loads, is never finished; what has just been drawn anew may begin to move.
SETTLED = f"""async (shade) => {{
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  const moving = () => document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  while (({IS_DARK}) !== (shade === "dark")) await drawn();
  do {{
    await Promise.all(moving().map((one) => one.finished.catch(() => {{}})));
    await drawn();
  }} while (moving().length);
}}"""

# What axe has found right is long, and nobody reads it.
FOUND = """([where, options]) => axe.run(where, { ...options, resultTypes: ["violations"] })
  .then(({ violations }) => ({ violations }))"""

AXE = Axe()
COLOURS = {"runOnly": ["color-contrast"]}

Shade = Literal["light", "dark"]


def check(page: Page, where: str, *, but: Sequence[str] = ()) -> None:
    """Everything in the light or the dark, as the page is now; in the other, in which it stays, only the colours differ.

    but: selectors of what has been checked on another page already.
    """
    shades: tuple[Shade, Shade] = ("dark", "light") if page.evaluate(IS_DARK) else ("light", "dark")
    paint(page, shades[0])
    page.evaluate(AXE.axe_script)
    context = {"exclude": [[one] for one in but]}
    found = AxeResults(page.evaluate(FOUND, [context, {}]))
    paint(page, shades[1])
    colours = AxeResults(page.evaluate(FOUND, [context, COLOURS]))
    assert not found.violations_count, f"{where}, {shades[0]}: {found.generate_report()}"
    assert not colours.violations_count, f"{where}, {shades[1]}: {colours.generate_report()}"


def paint(page: Page, shade: Shade) -> None:
    """Without motion, and when the colours have settled."""
    page.emulate_media(color_scheme=shade, reduced_motion="reduce")
    page.evaluate(SETTLED, shade)


def test_the_widget_and_the_shop(talk: Talk) -> None:
    dee, ben = talk("Accessible?")
    ben.reply("Certainly.\nhttps://villa.example/about")
    expect(dee.log.locator(".bubble.theirs")).to_be_visible()
    check(dee.page, "with messages")
    ben.act("Ask if solved")
    question = dee.panel.get_by_role("group", name="Did this solve it?")
    expect(question).to_be_visible()
    check(dee.page, "asked whether it is solved")
    question.get_by_role("button", name="Not yet").click()
    expect(question).to_be_hidden()
    dee.button("Send this to myself").click()
    check(dee.page, "a copy by mail")
    dee.button("Cancel").click()
    dee.button("It is taken care of, end").click()
    dee.button("End it").click()
    expect(dee.panel.get_by_text("The conversation has ended")).to_be_visible()
    check(dee.page, "ended")
    dee.close()
    check(dee.page, "closed")


def test_the_widget_before_the_first_message(stage: Stage) -> None:
    dee = stage.customer().open()
    check(dee.page, "open")
    dee.button("Emoji").click()
    check(dee.page, "emoji")
    dee.page.set_viewport_size(PHONE)
    check(dee.page, "on a phone")


def test_the_desk(stage: Stage, talk: Talk) -> None:
    _dee, ben = talk("For axe")
    ben.reply("A reply")
    ben.note("A note")
    ben.expect_handed_over()
    check(ben.page, "conversation")
    ben.page.get_by_role("tab", name="Note").click()
    check(ben.page, "writing a note")
    ben.act("More")
    expect(ben.page.locator("#more-menu").get_by_role("button", name="Labels")).to_be_visible()
    check(ben.page, "menu")
    ben.page.keyboard.press("Escape")
    ben.page.keyboard.press("Control+k")
    expect(ben.page.get_by_role("dialog", name="Find or do")).to_be_visible()
    check(ben.page, "palette")
    ben.page.goto(f"{stage.server.url}/desk/search?q=reply+colour:red")
    check(ben.page, "search")
    ben.page.goto(f"{stage.server.url}/desk/?view=all")
    check(ben.page, "list")
    ben.page.locator("#truth").click()
    expect(ben.page.locator("#truth-menu")).to_contain_text("Ben Berg")
    check(ben.page, "what customers are told")
    ben.page.goto(stage.server.url + stage.at("For axe"))
    ben.page.locator("#side h2 a").click()
    expect(ben.page.get_by_role("region", name="Timeline")).to_contain_text("A note")
    expect(ben.page.locator("#part-identities")).to_be_visible()
    check(ben.page, "customer")
    ben.page.get_by_role("button", name="What to show").click()
    ben.page.get_by_role("checkbox", name="Promises").check()
    expect(ben.page.get_by_text("Nothing found")).to_be_visible()
    check(ben.page, "choosing what the timeline shows")
    ben.page.keyboard.press("Escape")
    ben.page.get_by_role("button", name="Edit", exact=True).click()
    expect(ben.page.get_by_role("dialog").get_by_label("Company")).to_be_visible()
    check(ben.page, "editing a customer")
    ben.page.keyboard.press("Escape")
    ben.page.goto(f"{stage.server.url}/desk/?view=snoozed")
    check(ben.page, "empty list")
    ben.page.set_viewport_size(PHONE)
    check(ben.page, "empty list on a phone")
    ben.page.goto(stage.server.url + stage.at("For axe"))
    check(ben.page, "conversation on a phone")


def test_the_pages_before_signing_in(stage: Stage) -> None:
    page = stage.pages()
    for path in ("/account/login/", "/account/password/reset/", "/account/password/reset/done/"):
        page.goto(stage.server.url + path)
        check(page, path)
    page.expected_errors += ["404"]  # type: ignore[attr-defined]
    page.goto(stage.server.url + "/nothing-here/")
    check(page, "not found")


@pytest.mark.timeout(180)
def test_every_page_of_the_settings(stage: Stage) -> None:
    stage.server.run(WORDS)
    page = stage.signed_in(stage.people.ada)
    first = "/settings/me/"
    ahead, seen = ["/settings/", first], {"/account/logout/"}
    while ahead:
        path = ahead.pop()
        # One brand's page is like another's.
        kind = re.sub(r"\d+", "N", path)
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(stage.server.url + path)
        # The links at the side are half of each page, and the same on all of them.
        check(page, path, but=["nav.side", "nav.rail"] if path != first else [])
        links = page.eval_on_selector_all(
            "a[href]", "(links) => links.map((one) => one.getAttribute('href').split(/[?#]/)[0])"
        )
        ahead += [link for link in links if link.startswith(("/settings/", "/account/")) and "." not in link]
    assert len(seen) > 20, sorted(seen)
