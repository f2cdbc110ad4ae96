"""One customer, several tabs and pages: one conversation, one count of what is unread, one draft."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage, Talk
from tests.browser.widget import Widget


def test_two_tabs_are_one_conversation(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Which needles for this yarn?")
    other = Widget(stage.pages.tab(dee.page.context), stage.shop, path="/sukat")
    expect(other.bubble("Which needles for this yarn?")).to_be_visible()
    other.say("Said in the second tab")
    expect(dee.bubble("Said in the second tab")).to_have_count(1)
    dee.say("Said in the first")
    expect(other.bubble("Said in the first")).to_have_count(1)
    expect(ben.message("Said in the first")).to_have_count(1)
    assert ben.texts() == ["Which needles for this yarn?", "Said in the second tab", "Said in the first"]

    for tab in (dee, other):
        tab.close()
    ben.reply("Size four.")
    ben.reply("Or four and a half.")
    for tab in (dee, other):
        expect(tab.badge).to_have_text("2")
        expect(tab.launcher).to_have_accessible_name("Open the chat, unread messages: 2")
    other.page.bring_to_front()
    other.open()
    expect(other.badge).to_be_hidden()
    expect(dee.badge).to_be_hidden()


def test_the_open_panel_and_the_draft_survive_a_page_change_and_a_reload(talk: Talk) -> None:
    dee, ben = talk("Do you have gift cards?")
    dee.text.fill("And can one")
    dee.page.get_by_role("link", name="Sukat").click()
    expect(dee.page.get_by_role("heading", name="Harmaat sukat")).to_be_visible()
    expect(dee.panel).to_be_visible()
    expect(dee.bubble("Do you have gift cards?")).to_be_visible()
    expect(dee.text).to_have_value("And can one")
    dee.page.reload()
    expect(dee.panel).to_be_visible()
    expect(dee.text).to_have_value("And can one")
    dee.say("And can one give it by mail?")
    expect(ben.message("And can one give it by mail?")).to_have_count(1)
    dee.close()
    dee.page.reload()
    expect(dee.launcher).to_be_visible()
    expect(dee.panel).to_be_hidden()


def test_the_widget_speaks_the_language_of_the_page(stage: Stage) -> None:
    said = {}
    for language, write in (("fi", "Kirjoita viesti"), ("sv", "Skriv ett meddelande"), ("en", "Write a message")):
        dee = stage.customer(language=language).open()
        expect(dee.panel.get_by_role("textbox", name=write)).to_be_visible()
        expect(dee.panel).to_have_attribute("lang", language)
        said[language] = dee.panel.inner_text()
    assert len(set(said.values())) == 3

    dee.panel.get_by_role("button", name="svenska").click()
    expect(dee.panel.get_by_role("textbox", name="Skriv ett meddelande")).to_be_visible()
    dee.page.reload()
    expect(dee.panel.get_by_role("textbox", name="Skriv ett meddelande")).to_be_visible()
