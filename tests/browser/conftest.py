"""A real Chromium for the browser tests, and the proof that a page's console stays silent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from testing.browser import ARGUMENTS, BrowserMissing, chromium

# Playwright's own loop runs in this thread; Django would take it for async code of ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; contexts keep the tests apart."""
    try:
        executable, environment = chromium()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, env=environment)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a context (cookies, storage) of its own; the arguments are Browser.new_context's.

    At the end every console error and every uncaught exception on them fails the test. A test that
    causes one on purpose (a cut network) says so: `page.expected_errors.append("part of its text")`.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    problems: list[tuple[Page, str]] = []

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"locale": "fi-FI", "timezone_id": "Europe/Helsinki", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watch(page, problems)
        pages.append(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    unexpected = [text for page, text in problems if not any(part in text for part in page.expected_errors)]  # type: ignore[attr-defined]
    assert not unexpected, "the page's console has errors:\n" + "\n".join(unexpected)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page in a context of its own."""
    return new_page()


def watch(page: Page, problems: list[tuple[Page, str]]) -> None:
    """Collect what goes wrong on the page."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append((page, f"{message.text} ({message.location.get('url', '')})"))

    def crashed(error: Error) -> None:
        problems.append((page, f"uncaught: {error}"))

    page.expected_errors = []  # type: ignore[attr-defined]
    page.on("console", console)
    page.on("pageerror", crashed)
