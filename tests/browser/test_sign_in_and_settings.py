"""Signing in and the settings in a real browser. That they are accessible is tested with all other pages."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.cast import PASSWORD

PUBLIC = ["/account/login/", "/account/password/reset/"]
PAGES = [
    "", "me/", "me/safety/", "brands/", "brands/1/", "inboxes/", "inboxes/1/", "inboxes/new/email/", "agents/", "agents/1/",
    "agents/new/", "teams/", "roles/", "roles/new/", "labels/", "reasons/", "canned/", "canned/new/", "company/", "audit/",
]  # fmt: skip
WIDER = """() => Math.max(0, ...[document.documentElement, document.querySelector(".room")]
  .filter(Boolean).map((box) => box.scrollWidth - box.clientWidth))"""


def test_nothing_is_wider_than_a_phone(stage: Stage) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    visitor = stage.pages(**phone)
    admin = stage.signed_in(stage.people.ada, **phone)
    wider = []
    for page, path in [(visitor, path) for path in PUBLIC] + [(admin, f"/settings/{path}") for path in PAGES]:
        page.goto(stage.server.url + path)
        if page.evaluate(WIDER):
            wider.append(path)
    assert not wider


def test_signing_in_by_keyboard(stage: Stage) -> None:
    page = stage.pages(locale="en-GB")
    page.goto(f"{stage.server.url}/account/login/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("ben@aspa.example")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stage.server.url}/desk/")


def test_the_preview_shows_the_chat(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/settings/inboxes/")
    page.locator(".rows a.name").first.click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button").first.scroll_into_view_if_needed()
    expect(frame.get_by_role("button").first).to_be_visible()


def test_a_removal_is_asked_first(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/settings/roles/new/")
    page.get_by_label("Name").fill("Kesätyöntekijä")
    page.get_by_label("Read conversations").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Kesätyöntekijä").click()
    page.get_by_role("button", name="Remove the role").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Remove the role").click()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("link", name="Kesätyöntekijä")).to_have_count(0)


def test_a_mail_inbox_asks_only_what_the_chosen_way_needs(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/settings/inboxes/new/email/")
    mailbox = page.get_by_role("group", name="The mailbox (IMAP)")
    service = page.get_by_role("group", name="The mail service")
    oauth = page.get_by_role("group", name="Signing in at Google or Microsoft")
    expect(mailbox).to_be_visible()
    expect(service).to_be_hidden()
    expect(oauth).to_be_hidden()
    page.get_by_label("Sign in with").select_option("google")
    expect(oauth).to_be_visible()
    page.get_by_label("How mail comes in").select_option("service")
    expect(mailbox).to_be_hidden()
    expect(service).to_be_visible()


def test_the_connection_is_tried_from_the_page(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.goto(f"{stage.server.url}/settings/inboxes/new/email/")
    page.get_by_label("Brand").select_option(label="Villa")
    page.get_by_label("Name", exact=True).fill("Mail")
    page.get_by_label("Address", exact=True).fill("support@villa.invalid")
    page.get_by_label("How mail comes in").select_option("none")
    smtp = page.get_by_role("group", name="The mail server (SMTP)")
    smtp.get_by_label("Server").fill("127.0.0.1")
    smtp.get_by_label("Port").fill("1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No mail has come or gone.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("127.0.0.1 takes no connections on port 1.")).to_be_visible()


def test_what_customers_are_told_stays_true_in_the_settings(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada)
    page.clock.install()
    page.goto(f"{stage.server.url}/settings/me/")
    expect(page.locator("#truth")).not_to_be_empty()
    with page.expect_response("**/desk/truth"):
        page.clock.fast_forward("01:05")
