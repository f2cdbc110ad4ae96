"""A customer and an agent talk: both ways, to the end and over it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage, Talk


def test_a_customer_and_an_agent_talk_both_ways(stage: Stage) -> None:
    ben = stage.ben()
    dee = stage.customer().open()
    expect(dee.panel.get_by_text("Ben is here to answer you")).to_be_visible()

    dee.say("Where is my parcel?")
    dee.expect_sent()
    ben.open("Where is my parcel?")
    expect(ben.message("Where is my parcel?")).to_be_visible()
    expect(dee.log.get_by_text("· read")).to_be_visible()

    ben.text.press_sequentially("It left")
    expect(dee.typing).to_have_text("Ben is writing")
    ben.write("It left on Monday.\nhttps://posti.fi/seuranta")
    ben.send()
    ben.expect_handed_over()
    expect(ben.status).to_be_empty()
    answer = dee.log.locator(".bubble.theirs")
    expect(answer).to_contain_text("It left on Monday.")
    expect(answer.get_by_role("link", name="https://posti.fi/seuranta")).to_be_visible()
    expect(dee.typing).to_be_hidden()
    expect(ben.log.get_by_text("· read").first).to_be_visible()

    dee.types_until_seen(ben.whisper.get_by_text("writing"))
    dee.say("Thank you.")
    expect(ben.message("Thank you.")).to_be_visible()
    expect(dee.panel.get_by_role("heading", name="Ben Berg")).to_be_visible()


def test_a_note_is_for_colleagues_alone(talk: Talk) -> None:
    dee, ben = talk("Is this the right size?")
    ben.note("She returned these twice already.")
    expect(ben.message("She returned these twice already.")).to_contain_text("only for colleagues")
    ben.expect_handed_over()
    ben.reply("Yes it is.")
    expect(dee.bubble("Yes it is.")).to_be_visible()
    assert "returned" not in dee.panel.inner_text()
    dee.page.reload()
    expect(dee.bubble("Yes it is.")).to_be_visible()
    assert "returned" not in dee.panel.inner_text()


def test_only_the_customer_ends_and_writing_opens_it_again(talk: Talk) -> None:
    dee, ben = talk("How do I wash wool?")
    ben.reply("By hand.")
    expect(dee.bubble("By hand.")).to_be_visible()

    ben.act("Ask if solved")
    question = dee.panel.get_by_role("group", name="Did this solve it?")
    question.get_by_role("button", name="Not yet").click()
    expect(question).to_be_hidden()
    expect(ben.head.get_by_role("button", name="Ask if solved")).to_be_enabled()
    dee.say("In which water?")
    ben.reply("Cold.")
    expect(dee.bubble("Cold.")).to_be_visible()

    ben.act("Ask if solved")
    question.get_by_role("button", name="Yes, it is solved").click()
    expect(dee.panel.get_by_text("The conversation has ended")).to_be_visible()
    expect(dee.text).to_be_hidden()
    expect(ben.head.get_by_role("button", name="Open again")).to_be_visible()

    dee.button("Go on with this").click()
    dee.say("And drying?")
    dee.expect_sent()
    expect(ben.message("And drying?")).to_be_visible()
    expect(ben.head.get_by_role("button", name="Ask if solved")).to_be_enabled()


def test_the_customer_ends_by_a_visible_button(talk: Talk) -> None:
    dee, ben = talk("Do you sell mittens?")
    dee.button("It is taken care of, end").click()
    dee.button("Go on").click()
    expect(dee.text).to_be_visible()
    dee.button("It is taken care of, end").click()
    dee.button("End it").click()
    expect(dee.panel.get_by_text("The conversation has ended")).to_be_visible()
    expect(ben.head).to_contain_text("Ended by the customer")
    dee.button("Something else").click()
    dee.say("Another matter.")
    dee.expect_sent()


# Whatever sounds on a page is a tone of a certain loudness.
LISTEN = """() => {
  const ramp = AudioParam.prototype.linearRampToValueAtTime;
  window.heard = [];
  AudioParam.prototype.linearRampToValueAtTime = function (value, at) { window.heard.push(value); return ramp.call(this, value, at); };
}"""


def test_an_answer_to_a_closed_panel_sounds_and_peeks_out(talk: Talk) -> None:
    dee, ben = talk("I will look elsewhere meanwhile")
    dee.close()
    dee.page.evaluate(LISTEN)
    ben.reply("Here is your answer.")
    peek = dee.page.locator("aspa-chat .peek")
    expect(peek).to_contain_text("Here is your answer.")
    expect(dee.badge).to_have_text("1")
    dee.page.wait_for_function("heard.length === 2 && heard.every((loudness) => loudness > 0)")
    peek.get_by_role("button", name="Here is your answer.").click()
    expect(dee.bubble("Here is your answer.")).to_be_visible()
    expect(dee.badge).to_be_hidden()
    expect(ben.log.get_by_text("· read")).to_be_visible()

    dee.button("Turn the sound off").click()
    ben.reply("And quietly another.")
    expect(dee.bubble("And quietly another.")).to_be_visible()
    assert len(dee.page.evaluate("heard")) == 2


def test_when_nobody_is_here_it_says_so_and_takes_the_message(stage: Stage) -> None:
    stage.wait_until_nobody_is_here()
    dee = stage.customer().open()
    expect(dee.panel.get_by_text("Nobody is here right now")).to_be_visible()
    address = dee.panel.get_by_role("textbox", name="Your e-mail, for the answer")
    address.fill("dee")
    dee.text.fill("Answer me by mail")
    dee.text.press("Enter")
    expect(dee.panel.get_by_text("Please check the e-mail address")).to_be_visible()
    address.fill("dee@shop.example")
    dee.text.press("Enter")
    dee.expect_sent()

    ben = stage.ben()
    expect(dee.panel.get_by_text("We are here right now")).to_be_visible()
    ben.open("Answer me by mail")
    expect(ben.page.get_by_role("complementary", name="Customer")).to_contain_text("dee@shop.example")
    expect(ben.page.get_by_role("complementary", name="Customer")).to_contain_text("claimed")
    ben.act("Take")
    ben.page.locator(".presence").click()
    ben.page.locator("#presence-menu").get_by_role("button", name="Off, not at work").click()
    expect(dee.panel.get_by_text("Nobody is here right now")).to_be_visible()
    # Kept on the server: whoever comes to this desk later finds it so.
    ben.page.locator(".presence").click()
    ben.page.locator("#presence-menu").get_by_role("button", name="Present").click()
    expect(dee.panel.get_by_text("Nobody is here right now")).to_be_hidden()
