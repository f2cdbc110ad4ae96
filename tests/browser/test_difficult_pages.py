"""Shops' pages that make it hard: rules and scripts that reach for everything, blocked storage, pages that swap their body."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import CUT, Stage
from tests.browser.widget import Widget

# What themes say of every element, and what Prototype and its time taught to arrays and texts.
RULES = """
  * { all: unset; font: italic 30px/3 serif; letter-spacing: 5px; text-transform: uppercase; direction: rtl }
  body * { transform: translateZ(0); display: block !important; position: relative !important }
  :empty { display: none !important }
"""
TAUGHT = """
  Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']' };
  String.prototype.toJSON = function () { return '"' + this + '"' };
  Array.prototype.each = Object.prototype.each = function () {};
  Array.from = () => [];
"""
# As Firefox and Chromium do it when cookies are off.
BLOCKED = """
  const refuse = () => { throw new DOMException("blocked", "SecurityError") };
  Object.defineProperty(window, "localStorage", { get: refuse });
  window.BroadcastChannel = class { constructor() { refuse() } };
  navigator.locks.request = async () => refuse();
"""


def test_rules_and_scripts_of_the_page_stay_outside(stage: Stage) -> None:
    dee = stage.customer(bypass_csp=True, viewport={"width": 1280, "height": 800})
    dee.page.evaluate(f"() => {{ {TAUGHT} }}")
    dee.page.add_style_tag(content=RULES)
    dee.open()
    dee.say("Is anything of me left?")
    dee.expect_sent()
    looks = dee.panel.evaluate(
        "panel => (({fontStyle, letterSpacing, direction}) => [fontStyle, letterSpacing, direction])"
        "(getComputedStyle(panel))"
    )
    assert looks == ["normal", "normal", "ltr"]
    box = dee.panel.bounding_box()
    assert box, "the panel is drawn"
    assert 0 <= box["x"] <= 1280 - box["width"]
    assert 0 <= box["y"] <= 800 - box["height"]

    # htmx and its kin bring the next page as a new content of the body.
    dee.page.evaluate("document.body.innerHTML = '<main><h1>Next</h1></main>'; history.pushState({}, '', '/sukat')")
    expect(dee.bubble("Is anything of me left?")).to_be_in_viewport()
    # A window so low, or a page so enlarged, that beside the page there would be no room.
    dee.page.set_viewport_size({"width": 640, "height": 360})
    expect(dee.panel).to_have_css("height", "360px")
    expect(dee.log.get_by_text("· sent").last).to_be_in_viewport(ratio=0.9)


def test_without_storage_and_without_a_network_at_the_first_click(stage: Stage) -> None:
    page = stage.pages()
    page.expected_errors += CUT  # type: ignore[attr-defined]
    page.add_init_script(BLOCKED)
    dee = Widget(page, stage.shop)
    expect(dee.launcher).to_be_visible()
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        dee.launcher.dispatch_event("click")
    expect(dee.launcher).to_have_attribute("aria-busy", "true")
    page.context.set_offline(False)
    expect(dee.panel).to_be_visible()
    expect(dee.launcher).not_to_have_attribute("aria-busy", "true")
    dee.say("Without a cookie")
    dee.expect_sent()
