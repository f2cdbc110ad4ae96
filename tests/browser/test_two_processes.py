"""The customer's server and the agent's are two processes, on PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from testing.installation import installation
from testing.services import postgres, valkey
from tests.browser.conftest import NO_LIMITS, Pages, Stage
from tests.browser.desk import Desk
from tests.browser.shop import shop


@pytest.fixture
def wide_stage(tmp_path: Path, new_page: Pages, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with postgres() as database, valkey() as redis:
        monkeypatch.setenv("ASPA_DATABASE_URL", database)
        monkeypatch.setenv("ASPA_REDIS_URL", redis)
        with (
            installation(tmp_path, processes=2, more=NO_LIMITS) as (server, people),
            shop(server.url, people.inbox) as opened,
        ):
            yield Stage(server, people, opened, new_page)
            # Before their servers go: pages would tell of it.
            for context in new_page.contexts:
                context.close()


def test_customer_and_agent_meet_across_processes(wide_stage: Stage) -> None:
    ben = Desk(
        wide_stage.signed_in(wide_stage.people.ben),
        f"http://127.0.0.1:{wide_stage.server.ports[1]}",
        "/desk/?view=unassigned",
    )
    dee = wide_stage.customer().open()
    expect(dee.panel).to_contain_text("Ben is here to answer you")

    dee.say("Which of you is it?")
    dee.expect_sent()
    ben.open("Which of you is it?")
    ben.text.press_sequentially("I am")
    expect(dee.typing).to_be_visible()
    ben.write("I am the other one.")
    ben.send()
    ben.expect_handed_over()
    expect(dee.bubble("I am the other one.")).to_have_count(1)
    expect(ben.message("I am the other one.").locator(".state")).to_contain_text("read")

    dee.page.get_by_role("link", name="Sukat").click()
    expect(ben.page.locator("#side")).to_contain_text("On the page now")
    expect(ben.page.locator("#side")).to_contain_text("Harmaat sukat")
