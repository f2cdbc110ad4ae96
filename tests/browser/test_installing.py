"""The desk as an app of its own: a browser may install it."""

from __future__ import annotations

from tests.browser.conftest import Stage


def test_a_browser_may_install_the_desk(stage: Stage) -> None:
    ben = stage.ben()
    chromium = ben.page.context.new_cdp_session(ben.page)
    told = chromium.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["url"] == f"{stage.server.url}/desk/manifest.webmanifest"
    missing = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' contexts forget everything, as a private window does, and there nothing can be installed.
    assert [one["errorId"] for one in missing if one["errorId"] != "in-incognito"] == []
