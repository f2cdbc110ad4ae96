"""The desk as an app of its own: a browser may install it, and where the network ends it says so itself."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import CUT, Stage


def test_a_browser_may_install_the_desk(stage: Stage) -> None:
    ben = stage.ben()
    chromium = ben.page.context.new_cdp_session(ben.page)
    told = chromium.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["url"] == f"{stage.server.url}/desk/manifest.webmanifest"
    missing = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' contexts forget everything, as a private window does, and there nothing can be installed.
    assert [one["errorId"] for one in missing if one["errorId"] != "in-incognito"] == []


def test_without_network_the_desk_says_so_and_comes_back(stage: Stage) -> None:
    ben = stage.ben()
    assert ben.page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.active.scriptURL)").endswith(
        "/desk/sw.js"
    )
    ben.page.expected_errors += CUT  # type: ignore[attr-defined]
    ben.page.context.set_offline(True)
    ben.page.goto(f"{stage.server.url}/desk/?view=all")
    expect(ben.page.get_by_role("heading", name="No connection")).to_be_visible()
    button = ben.page.get_by_role("link", name="Try again")
    assert button.evaluate("(link) => getComputedStyle(link).display") == "flex", "its looks are kept too"

    ben.page.context.set_offline(False)
    button.click()
    expect(ben.list).to_be_visible()
