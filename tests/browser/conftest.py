"""A real Chromium, a running Aspa and a shop for the browser tests, and the proof that the console stays silent."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from testing.browser import ARGUMENTS, BrowserMissing, chromium
from testing.installation import Installation, People, installation
from tests.browser.desk import Desk
from tests.browser.shop import Shop, shop
from tests.browser.widget import Widget

# Playwright's own loop runs in this thread; Django would take it for async code of ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# A condition that hasn't come true by then (ms) won't; busy machines are given the time.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

NO_LIMITS = {
    f"ASPA_CHAT_{who}_{what}": "100000" for who in ("VISITOR", "ADDRESS") for what in ("RATE", "BURST")
}  # fmt: skip

# Where a test runs a provider of identification.
OUR_OWN = {"ASPA_PRIVATE_HOSTS": "127.0.0.1"}

# What Chromium itself writes to the console when a test cuts its network or ends the server.
CUT = ["net::ERR_INTERNET_DISCONNECTED", "net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET",
       "net::ERR_EMPTY_RESPONSE", "net::ERR_SOCKET_NOT_CONNECTED", "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
       "WebSocket connection to", "htmx:sendError", "htmx:afterRequest"]  # fmt: skip


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


class Pages:
    """Opens pages and collects what goes wrong on them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.problems: list[tuple[Page, str]] = []

    def __call__(self, **options: object) -> Page:
        """A page in a context (cookies, storage) of its own; the arguments are Browser.new_context's."""
        given = {"locale": "fi-FI", "timezone_id": "Europe/Helsinki", **options}
        context = self.browser.new_context(**given)  # type: ignore[arg-type]
        self.contexts.append(context)
        return self.tab(context)

    def tab(self, context: BrowserContext) -> Page:
        """One page more for the same person."""
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch(page, self.problems)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        unexpected = [text for page, text in self.problems if not any(part in text for part in page.expected_errors)]  # type: ignore[attr-defined]
        assert not unexpected, "the page's console has errors:\n" + "\n".join(unexpected)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Pages]:
    """Opens pages. At the end every console error and every uncaught exception on them fails the test.

    A test that causes one on purpose (a cut network) says so: `page.expected_errors += CUT`.
    """
    pages = Pages(browser)
    yield pages
    pages.close()


@pytest.fixture
def page(new_page: Pages) -> Page:
    """One page in a context of its own."""
    return new_page()


def watch(page: Page, problems: list[tuple[Page, str]]) -> None:
    """Collect what goes wrong on the page."""

    def console(message: ConsoleMessage) -> None:
        # Of the machine, which has no sound; not of the page.
        soundless = message.text.startswith("The AudioContext encountered an error")
        if message.type == "error" and not soundless:
            problems.append((page, f"{message.text} ({message.location.get('url', '')})"))

    def crashed(error: Error) -> None:
        problems.append((page, f"uncaught: {error}"))

    page.expected_errors = []  # type: ignore[attr-defined]
    page.on("console", console)
    page.on("pageerror", crashed)


@dataclass(frozen=True)
class Stage:
    """A running Aspa, a shop that carries its chat, and the ways to bring people onto it."""

    server: Installation
    people: People
    shop: Shop
    pages: Pages

    def customer(self, *, path: str = "/", language: str = "en", **options: object) -> Widget:
        """Somebody new on the shop's page."""
        return Widget(self.pages(**options), self.shop, path=path, language=language)

    def signed_in(self, cookie: str, **options: object) -> Page:
        """An empty page with an agent's session."""
        page = self.pages(**options)
        name, _equals, value = cookie.partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
        return page

    def ben(self, path: str = "/desk/?view=unassigned", **options: object) -> Desk:
        return Desk(self.signed_in(self.people.ben, **options), self.server.url, path)

    def ada(self, path: str = "/desk/?view=unassigned", **options: object) -> Desk:
        return Desk(self.signed_in(self.people.ada, **options), self.server.url, path)

    def wait_until_nobody_is_here(self) -> None:
        """Who has just closed the desk counts as present for some seconds more."""
        deadline = time.monotonic() + 60
        while httpx.get(f"{self.server.url}/chat/v1/{self.people.inbox}/config").json()["online"]:
            assert time.monotonic() < deadline, "Somebody is here."
            time.sleep(0.2)

    def conversation_of(self, text: str) -> int:
        """Which conversation has the message."""
        ((found,),) = self.server.rows(f"SELECT conversation_id FROM conversations_message WHERE text = '{text}'")
        return int(found)

    def at(self, text: str) -> str:
        """The desk's page of the conversation that has the message."""
        return f"/desk/conversations/{self.conversation_of(text)}/?view=all"


Running = tuple[Installation, People]


# The tests leave their customers' chats open, more of them than two agents have room for.
ROOMY = """
import django; django.setup()
from aspa.core.people.models import Agent
from aspa.service.routing.models import Ability
for agent in Agent.objects.all():
    Ability.objects.update_or_create(agent=agent, defaults={"live_room": 1000})
"""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with installation(tmp_path_factory.mktemp("aspa"), more={**NO_LIMITS, **OUR_OWN}) as made:
        made[0].run(ROOMY)
        yield made


@pytest.fixture(scope="session")
def villa(running: Running) -> Iterator[Shop]:
    with shop(running[0].url, running[1].inbox) as opened:
        yield opened


@pytest.fixture
def stage(running: Running, villa: Shop, new_page: Pages) -> Stage:
    """One installation for all tests: each makes customers of its own."""
    return Stage(*running, villa, new_page)


@pytest.fixture
def own_stage(tmp_path: Path, new_page: Pages) -> Iterator[Stage]:
    """An installation for a test that ends its server."""
    with installation(tmp_path, more=NO_LIMITS) as made, shop(made[0].url, made[1].inbox) as opened:
        yield Stage(*made, opened, new_page)


Talk = Callable[[str], tuple[Widget, Desk]]


@pytest.fixture
def talk(stage: Stage) -> Talk:
    """A customer who has written the given text, and Ben who has the conversation open."""

    def begun(text: str) -> tuple[Widget, Desk]:
        dee = stage.customer().open()
        dee.say(text)
        dee.expect_sent()
        return dee, stage.ben(stage.at(text))

    return begun
