"""An article in a real browser: written with a picture pasted, checked, published, edited, compared and brought back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import CUT, Stage
from tests.browser.test_accessibility import check

PASTE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 160 });
  canvas.getContext("2d").fillRect(0, 0, 160, 160);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([blob], "label.png", { type: "image/png" }));
  document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
METSA = "SELECT id FROM inboxes_brand WHERE slug = 'metsa'"
SHELVES = """
import django; django.setup()
from aspa.core.inboxes.models import Brand
from aspa.service.knowledge import arranging
for name in "ABC":
    arranging.save_category(Brand.objects.get(slug="metsa"), {"fi": name})
"""
SAVED = re.compile("^Draft saved ")


def test_an_article_from_the_first_word_to_what_it_was_before(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/content/")
    page.keyboard.press("n")
    page.get_by_label("Brand").select_option(label="Villa")
    page.get_by_label("Title").fill("Voiko villan pestä?")
    page.get_by_role("button", name="Begin writing").click()
    # Loaded, that is: the keys are the script's.
    page.wait_for_url(re.compile(r"/content/\d+/"))

    body = page.get_by_role("textbox", name="Text", exact=True)
    preview = page.get_by_role("tabpanel", name="Preview")
    body.press_sequentially("Voi. Pese ")
    body.press("Control+b")
    body.press_sequentially("käsin")
    body.press("End")
    body.press_sequentially(".\n\n- Haalea vesi\nEi huuhteluainetta\n\nKatso [mitat](/help/villa/fi/a/ei-ole/).")
    expect(preview.locator("strong")).to_have_text("käsin")
    expect(preview.locator("li")).to_have_text(["Haalea vesi", "Ei huuhteluainetta"])

    page.evaluate(PASTE)
    asked = page.get_by_role("dialog", name="What does the picture show?")
    asked.get_by_role("textbox").fill("Pesulappu saumassa")
    asked.get_by_role("button", name="Put it in the text").click()
    picture = preview.get_by_role("img", name="Pesulappu saumassa")
    expect(picture).to_have_attribute("width", "320")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()

    page.get_by_role("tab", name="Checks").click()
    checks = page.get_by_role("tabpanel", name="Checks")
    expect(checks).to_contain_text("This link leads nowhere on your help site.")
    expect(checks).to_contain_text("Every picture is told in words.")
    check(page, "writing an article")
    body.fill(body.input_value().replace("[mitat](/help/villa/fi/a/ei-ole/)", "mitat"))
    expect(checks).not_to_contain_text("leads nowhere")

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Readers see it now.")).to_be_visible()
    reader = stage.pages()
    reader.goto(f"{stage.server.url}/help/villa/fi/a/voiko-villan-pesta/")
    expect(reader.get_by_role("img", name="Pesulappu saumassa")).to_be_visible()
    expect(reader.locator("strong", has_text="käsin")).to_be_visible()

    lose_the_network_and_come_back(page, body_text="Voi. Pese koneessa villaohjelmalla.")
    page.get_by_role("button", name="Publish the changes").click()
    expect(page.get_by_text("Published. Readers see it now.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("villaohjelmalla")).to_be_visible()

    page.get_by_role("link", name="Revisions").click()
    compared = page.get_by_role("region", name="Compared")
    expect(compared.locator("ins", has_text="koneessa")).to_be_visible()
    expect(compared.locator("del", has_text="käsin")).to_be_visible()
    check(page, "comparing revisions")
    page.get_by_role("row").filter(has_text="1 · Published").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("Revision 1 is your draft now.")).to_be_visible()
    page.get_by_role("button", name="Publish the changes").click()
    expect(page.get_by_text("Published. Readers see it now.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("img", name="Pesulappu saumassa")).to_be_visible()
    expect(reader.get_by_text("villaohjelmalla")).to_have_count(0)


def test_categories_are_put_in_order_by_keyboard_and_by_mouse(stage: Stage) -> None:
    stage.server.run(SHELVES)
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/content/categories/?brand={stage.server.rows(METSA)[0][0]}")
    names = page.locator(".order .name")
    expect(names).to_have_text(["A", "B", "C"])
    page.get_by_role("button", name="Move A down").press("Enter")
    expect(names).to_have_text(["B", "A", "C"])
    # The next press goes on with the same one.
    expect(page.get_by_role("button", name="Move A down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(names).to_have_text(["B", "C", "A"])
    page.locator(".order .grip").nth(2).drag_to(page.locator(".order > li").first)
    expect(names).to_have_text(["A", "B", "C"])
    check(page, "categories")


def lose_the_network_and_come_back(page: Page, body_text: str) -> None:
    """What was typed without a network is there when the page is opened again."""
    page.expected_errors += CUT  # type: ignore[attr-defined]
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Text", exact=True).fill(body_text)
    expect(page.get_by_text("what you write is kept in this browser")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(body_text)
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
