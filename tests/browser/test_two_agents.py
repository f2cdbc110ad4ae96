"""Colleagues at one conversation, and what is written and not yet sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import Stage, Talk
from tests.browser.desk import Desk


def test_colleagues_see_one_another(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Who has the stock list?")
    ada = stage.ada(stage.at("Who has the stock list?"))
    expect(ben.viewers).to_contain_text("Ada Aalto")
    expect(ada.viewers).to_contain_text("Ben Berg")

    ada.text.press_sequentially("Let me")
    expect(ben.whisper).to_contain_text("Ada Aalto")
    ada.reply("I have it.")
    expect(ben.message("I have it.")).to_have_count(1)
    ada.expect_handed_over()
    ben.note("Thanks, Ada.")
    expect(ada.message("Thanks, Ada.")).to_have_count(1)
    expect(dee.bubble("I have it.")).to_have_count(1)
    for desk in (ada, ben):
        assert desk.texts() == ["Who has the stock list?", "I have it.", "Thanks, Ada."]

    ada.page.goto(f"{stage.server.url}/desk/")
    expect(ben.viewers).to_be_empty()


def test_what_somebody_does_shows_on_the_other_desk_and_can_be_undone(stage: Stage, talk: Talk) -> None:
    _dee, ben = talk("Somebody please take me")
    ada = stage.ada("/desk/?view=unassigned")
    expect(ada.row("Somebody please take me")).to_be_visible()
    ben.act("Take")
    expect(ada.row("Somebody please take me")).to_have_count(0)
    expect(ben.head).to_contain_text("Ben Berg")
    ben.toasts.get_by_role("button", name="Undo").click()
    expect(ben.head).to_contain_text("unassigned")
    expect(ada.row("Somebody please take me")).to_be_visible()


def test_drafts_survive_a_reload_a_crash_and_another_desk(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Draft me something")
    ben.write("Half a reply")
    ben.page.get_by_role("tab", name="Note").click()
    expect(ben.text).to_have_value("")
    ben.write("Half a note")
    expect(ben.status).to_have_text("Draft saved")
    ben.page.reload()
    ben.page.get_by_role("tab", name="Note").click()
    expect(ben.text).to_have_value("Half a note")
    ben.page.get_by_role("tab", name="Reply").click()
    expect(ben.text).to_have_value("Half a reply")

    ben.write("Three quarters of a reply")
    expect(ben.status).to_have_text("Draft saved")
    # No farewell: the page's process ends, and nothing of the page runs any more.
    with pytest.raises(Error, match="crash"):
        ben.page.goto("chrome://crash")
    again = Desk(stage.pages.tab(ben.page.context), stage.server.url, stage.at("Draft me something"))
    expect(again.text).to_have_value("Three quarters of a reply")
    again.send()
    expect(dee.bubble("Three quarters of a reply")).to_have_count(1)
    again.expect_handed_over()
    again.page.reload()
    # The note is still being written; of the reply nothing is left.
    expect(again.text).to_have_value("Half a note")
    again.page.get_by_role("tab", name="Reply").click()
    expect(again.text).to_have_value("")


def test_a_draft_is_one_in_all_tabs_and_an_answer_that_crosses_is_told(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Two of you at once")
    other = Desk(stage.pages.tab(ben.page.context), stage.server.url, stage.at("Two of you at once"))
    ben.write("Half in one")
    expect(other.text).to_have_value("Half in one")
    other.write("Half in one, half in the other")
    expect(ben.text).to_have_value("Half in one, half in the other")

    ada = stage.ada(stage.at("Two of you at once"))
    ada.reply("I was faster.")
    expect(ben.status).to_contain_text("Ada Aalto has answered meanwhile")
    ben.text.press_sequentially(".")
    ben.send()
    expect(ben.status).to_contain_text("send it again")
    expect(dee.bubble("I was faster.")).to_have_count(1)
    expect(ben.text).to_have_value("Half in one, half in the other.")
    ben.send()
    expect(dee.bubble("Half in one, half in the other.")).to_have_count(1)
    expect(other.text).to_have_value("")
