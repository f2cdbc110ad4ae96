"""Everything by the keyboard alone: no test here touches a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.desk import Desk
from tests.cast import PASSWORD


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"Tab never came to {name!r}.")


# The name of what has the focus, inside the chat too.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.getAttribute("aria-label") || at?.labels?.[0]?.textContent || at?.textContent || "").trim().replace(/\\s+/g, " ");
}"""


def test_a_customer_needs_no_mouse(stage: Stage) -> None:
    dee = stage.customer()
    keys = dee.page.keyboard
    expect(dee.launcher).to_be_visible()
    tab_to(dee.page, "Open the chat")
    keys.press("Enter")
    expect(dee.text).to_be_focused()
    keys.type("By keyboard")
    keys.press("Shift+Enter")
    keys.type("alone")
    keys.press("Enter")
    expect(dee.log.locator(".bubble")).to_have_text(re.compile("By keyboard\nalone"))
    dee.expect_sent()
    expect(dee.text).to_be_focused()

    tab_to(dee.page, "Emoji")
    keys.press("Enter")
    # It is fetched when it is first asked for.
    expect(dee.panel.get_by_role("group", name="Emoji").get_by_role("button").first).to_be_focused()
    keys.press("ArrowRight")
    keys.press("Enter")
    expect(dee.text).to_have_value("😄")
    expect(dee.text).to_be_focused()
    keys.press("Enter")
    dee.expect_sent()

    keys.press("Escape")
    expect(dee.panel).to_be_hidden()
    expect(dee.launcher).to_be_focused()
    keys.press("Enter")
    expect(dee.text).to_be_focused()
    tab_to(dee.page, "It is taken care of, end")
    keys.press("Enter")
    expect(dee.button("End it")).to_be_focused()
    keys.press("Escape")
    expect(dee.text).to_be_focused()
    tab_to(dee.page, "It is taken care of, end")
    keys.press("Enter")
    keys.press("Enter")
    expect(dee.panel.get_by_text("The conversation has ended")).to_be_visible()
    expect(dee.button("Go on with this")).to_be_focused()


def test_an_agent_needs_no_mouse(stage: Stage) -> None:
    dee = stage.customer().open()
    dee.say("For the keyboard's agent")
    dee.expect_sent()

    page = stage.pages(locale="en-GB")
    page.goto(f"{stage.server.url}/desk/?view=unassigned")
    keys = page.keyboard
    expect(page.get_by_label("E-mail")).to_be_focused()
    keys.type("ben@aspa.example")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/desk/?view=unassigned")

    ben = Desk(page, stage.server.url)
    row = ben.row("For the keyboard's agent").get_by_role("link")
    expect(row).to_be_visible()
    for _ in range(30):
        keys.press("j")
        if row.evaluate("(link) => link === document.activeElement"):
            break
    expect(row).to_be_focused()
    keys.press("Enter")
    expect(ben.message("For the keyboard's agent")).to_be_visible()
    keys.press("r")
    expect(ben.text).to_be_focused()
    keys.type("Answered by keyboard")
    keys.press("Control+Enter")
    expect(dee.bubble("Answered by keyboard")).to_have_count(1)
    ben.expect_handed_over()

    keys.press("Escape")
    expect(ben.text).not_to_be_focused()
    keys.press("n")
    expect(page.get_by_role("textbox", name="Your note")).to_be_focused()
    keys.type("Keyboard's note")
    keys.press("Control+Enter")
    expect(ben.message("Keyboard's note")).to_contain_text("only for colleagues")
    keys.press("Escape")

    keys.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).to_be_hidden()
    keys.press("z")
    menu = page.locator("#snooze-menu")
    expect(menu.get_by_role("button").first).to_be_focused()
    keys.press("Escape")
    expect(menu).to_be_hidden()

    keys.press("Control+k")
    palette = page.get_by_role("dialog", name="Find or do")
    expect(palette.get_by_role("combobox")).to_be_focused()
    keys.type("ask if")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Ask if solved")
    keys.press("Enter")
    expect(dee.panel.get_by_role("group", name="Did this solve it?")).to_be_visible()
    expect(ben.head).to_contain_text("Asked if solved")

    keys.press("Control+k")
    keys.type("Answered by key")
    found = palette.get_by_role("option").filter(has_text="Answered by keyboard")
    expect(found.first).to_be_visible()
    keys.press("Escape")
    keys.press("Escape")
    # In one go: the second key has to follow within a second.
    keys.type("ga")
    expect(ben.list.get_by_role("button", name="All open")).to_be_visible()
