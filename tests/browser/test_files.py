"""Pictures pasted and dropped, and what isn't taken."""

from __future__ import annotations

import base64
import io

from PIL import Image
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Stage, Talk


def picture() -> str:
    """A small PNG as base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "#1c5d4d").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


GIVE = """(element, [kind, event, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, composed: true, cancelable: true };
  element.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: carried })
    : new DragEvent(event, { ...options, dataTransfer: carried }));
}"""


def paste(field: Locator, name: str, type_: str, data: str) -> None:
    field.evaluate(GIVE, ["paste", "paste", name, type_, data])


def drop(place: Locator, name: str, type_: str, data: str) -> None:
    for event in ("dragenter", "dragover", "drop"):
        place.evaluate(GIVE, ["drop", event, name, type_, data])


def test_a_pasted_picture_is_seen_by_the_agent_and_a_dropped_one_by_the_customer(talk: Talk) -> None:
    dee, ben = talk("Look at this hole")
    paste(dee.text, "hole.png", "image/png", picture())
    expect(dee.panel.get_by_role("list", name="Attachments")).to_contain_text("hole.png")
    expect(dee.panel.get_by_role("button", name="Remove hole.png")).to_be_visible()
    dee.text.press("Enter")
    dee.expect_sent()
    shown = ben.log.get_by_role("img", name="hole.png")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 60)
    expect(dee.log.get_by_role("img", name="hole.png")).to_have_js_property("naturalWidth", 60)

    drop(ben.log, "mended.png", "image/png", picture())
    expect(ben.page.locator("desk-composer .added")).to_contain_text("mended.png")
    ben.send()
    ben.expect_handed_over()
    expect(dee.log.get_by_role("img", name="mended.png")).to_have_js_property("naturalWidth", 60)


def test_what_can_not_be_sent_is_refused_with_a_reason(stage: Stage) -> None:
    dee = stage.customer().open()
    drop(dee.panel, "virus.exe", "application/x-msdownload", "TVqQAA==")
    expect(dee.panel.get_by_role("alert")).to_contain_text("virus.exe can't be sent")
    dee.page.expected_errors += ["415"]  # type: ignore[attr-defined]
    # It says that it is a picture, and isn't.
    paste(dee.text, "picture.png", "image/png", "TVqQAA==")
    piece = dee.panel.get_by_role("listitem").filter(has_text="picture.png")
    expect(piece.locator(".wrong")).not_to_be_empty()
    piece.get_by_role("button", name="Remove picture.png").click()
    dee.say("Words alone, then.")
    dee.expect_sent()


def test_an_answer_waits_for_its_files_and_says_which_one_is_missing(talk: Talk) -> None:
    dee, ben = talk("Is there a manual?")
    on_their_way: list[Route] = []
    ben.page.route("**/upload", lambda route: on_their_way.append(route))
    with ben.page.expect_request("**/upload"):
        drop(ben.log, "manual.png", "image/png", picture())
    ben.write("Here it is.")
    ben.send()
    expect(ben.text).to_have_value("Here it is.")
    on_their_way.pop().continue_()
    expect(dee.log.get_by_role("img", name="manual.png")).to_be_visible()
    expect(dee.bubble("Here it is.")).to_have_count(1)

    ben.page.expected_errors += ["415", "400"]  # type: ignore[attr-defined]
    with ben.page.expect_request("**/upload"):
        drop(ben.log, "broken.png", "image/png", "TVqQAA==")
    ben.write("And another.")
    ben.send()
    on_their_way.pop().continue_()
    expect(ben.status).to_contain_text("broken.png: ")
    expect(ben.text).to_have_value("And another.")
