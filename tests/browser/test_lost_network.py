"""The network goes and comes back, on either side; the server dies and comes back: nothing lost, nothing twice."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import CUT, Stage, Talk
from tests.browser.desk import Desk
from tests.browser.widget import Widget


def test_what_the_customer_writes_without_network_goes_once_and_in_order(talk: Talk) -> None:
    dee, ben = talk("Before the tunnel")
    dee.page.expected_errors += CUT
    dee.page.context.set_offline(True)
    written = ["In the tunnel, one", "In the tunnel, two", "In the tunnel, three"]
    for text in written:
        dee.say(text)
    expect(dee.panel.get_by_text("· waiting for the network")).to_be_visible()
    expect(dee.panel.get_by_text("Your messages are safe")).to_be_visible()
    ben.reply("Said while you were away")
    ben.expect_handed_over()

    dee.page.context.set_offline(False)
    dee.expect_sent()
    expect(dee.bubble("Said while you were away")).to_have_count(1)
    expect(dee.panel.get_by_text("Your messages are safe")).to_be_hidden()
    for text in written:
        expect(ben.message(text)).to_have_count(1)
    assert [text for text in ben.texts() if "tunnel," in text] == written
    assert [text for text in dee.texts() if "tunnel," in text] == written


def test_a_row_drawn_anew_while_its_conversation_loads_does_not_cover_it(stage: Stage) -> None:
    dee = stage.customer().open()
    dee.say("Open me slowly")
    dee.expect_sent()
    ben = stage.ben()
    row = ben.row("Open me slowly")
    expect(row).to_be_visible()

    def slowly(route: Route) -> None:
        answer = route.fetch()
        # The customer writes while the conversation is on its way, so the row that was pressed is replaced.
        dee.say("In a hurry")
        expect(ben.row("In a hurry")).to_be_visible()
        route.fulfill(response=answer)

    ben.page.route("**/desk/conversations/*/?view=*", slowly, times=1)
    row.get_by_role("link").click()
    expect(ben.message("Open me slowly")).to_be_visible()
    expect(ben.message("In a hurry")).to_be_visible()
    expect(ben.page.get_by_role("tab", name="Reply")).to_be_visible()


def test_what_is_unsent_survives_a_page_change(talk: Talk) -> None:
    dee, ben = talk("Before the lift")
    dee.page.expected_errors += CUT
    # Only the chat is cut off: the shop's own pages load.
    dee.page.route("**/chat/v1/*/messages*", lambda route: route.abort("internetdisconnected"))
    dee.say("In the lift")
    dee.page.get_by_role("link", name="Sukat").click()
    expect(dee.bubble("In the lift")).to_be_visible()
    dee.page.unroute("**/chat/v1/*/messages*")
    dee.page.reload()
    dee.expect_sent()
    expect(ben.message("In the lift")).to_have_count(1)


def test_what_the_agent_writes_without_network_goes_once_and_the_desk_catches_up(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Is anybody there?")
    expect(ben.message("Is anybody there?")).to_be_visible()
    ben.page.expected_errors += CUT
    ben.page.context.set_offline(True)
    ben.reply("Yes, I am.")
    failure = ben.log.get_by_role("alert")
    expect(failure).to_contain_text("Not sent")
    expect(failure.get_by_role("button", name="Try again")).to_be_visible()
    expect(ben.page.locator("#connection")).to_be_visible()
    ben.write("Half a thought")
    dee.say("Hello again")
    dee.expect_sent()
    stranger = stage.customer().open()
    stranger.say("I came while the desk was cut off")
    stranger.expect_sent()

    ben.page.context.set_offline(False)
    expect(ben.message("Hello again")).to_have_count(1)
    expect(dee.bubble("Yes, I am.")).to_have_count(1)
    ben.expect_handed_over()
    expect(ben.page.locator("#connection")).to_be_hidden()
    expect(ben.row("I came while the desk was cut off")).to_be_visible()
    expect(ben.text).to_have_value("Half a thought")
    assert ben.texts().count("Yes, I am.") == 1


def test_what_waits_in_a_conversation_that_was_left_goes_by_itself(stage: Stage, talk: Talk) -> None:
    dee, ben = talk("Are you on the train?")
    ben.page.expected_errors += CUT
    ben.page.context.set_offline(True)
    ben.reply("In a tunnel.")
    expect(ben.log.get_by_role("alert")).to_contain_text("Not sent")
    ben.write("Begun in the tunnel")
    # The page is left with all that; the next one is another conversation's.
    stranger = stage.customer().open()
    stranger.say("Somebody else meanwhile")
    stranger.expect_sent()
    ben.page.context.set_offline(False)
    elsewhere = Desk(stage.pages.tab(ben.page.context), stage.server.url, stage.at("Somebody else meanwhile"))
    ben.page.close()
    expect(dee.bubble("In a tunnel.")).to_have_count(1)
    elsewhere.page.goto(stage.server.url + stage.at("Are you on the train?"))
    expect(elsewhere.text).to_have_value("Begun in the tunnel")
    elsewhere.expect_handed_over()
    assert elsewhere.texts() == ["Are you on the train?", "In a tunnel."]


def test_what_is_begun_while_a_reply_is_on_its_way_is_kept(talk: Talk) -> None:
    _dee, ben = talk("Is it warm?")

    def slowly(route: Route) -> None:
        with ben.page.expect_response("**/drafts"):
            ben.write("And one more thing")
        route.continue_()

    ben.page.route("**/replies", slowly, times=1)
    # The reply takes the draft on the server along; what was begun since is kept there again.
    ben.reply("Yes, it is.")
    ben.page.wait_for_function("() => !Object.keys(localStorage).some((key) => /^aspa:(draft|outbox):/.test(key))")
    ben.page.reload()
    expect(ben.text).to_have_value("And one more thing")


def test_a_failed_reply_can_be_tried_again_or_taken_back(talk: Talk) -> None:
    dee, ben = talk("Which colours are there?")
    ben.page.expected_errors += ["500", *CUT]
    ben.page.route("**/replies", lambda route: route.fulfill(status=500, body="no"))
    ben.reply("Grey and white.")
    expect(ben.log.get_by_role("alert")).to_contain_text("Not sent")
    ben.log.get_by_role("button", name="Back to the draft").click()
    expect(ben.text).to_have_value("Grey and white.")
    expect(ben.log.get_by_role("alert")).to_have_count(0)
    ben.send()
    expect(ben.log.get_by_role("alert")).to_contain_text("Not sent")
    ben.page.unroute("**/replies")
    ben.log.get_by_role("button", name="Try again").click()
    expect(dee.bubble("Grey and white.")).to_have_count(1)
    ben.expect_handed_over()


def test_an_answer_lost_on_its_way_back_makes_no_second_message(stage: Stage, talk: Talk) -> None:
    """The server has the message, and whoever sent it doesn't know."""
    dee, ben = talk("First")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and route.request.url not in lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort("connectionreset")
        else:
            route.fallback()

    for page in (dee.page, ben.page):
        page.expected_errors += CUT  # type: ignore[attr-defined]
    dee.page.route("**/messages?*", lose_the_first)
    dee.say("Sent twice by the widget")
    dee.expect_sent()
    ben.page.route("**/replies", lose_the_first)
    ben.reply("Sent twice by the desk")
    expect(dee.bubble("Sent twice by the desk")).to_have_count(1)
    # The stream tells that it is there after all.
    ben.expect_handed_over()
    assert len(lost) == 2, "both answers were lost"
    wanted = ["First", "Sent twice by the widget", "Sent twice by the desk"]
    assert ben.texts() == wanted
    assert dee.texts() == wanted
    stored = stage.server.rows("SELECT text FROM conversations_message WHERE text LIKE 'Sent twice%'")
    assert len(stored) == 2


def test_where_sockets_are_blocked_the_chat_still_works(stage: Stage) -> None:
    def blocked(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    page = stage.pages()
    page.expected_errors += CUT  # type: ignore[attr-defined]
    page.route_web_socket("**/*", blocked)
    dee = Widget(page, stage.shop).open()
    dee.say("From behind a proxy")
    dee.expect_sent()

    behind = stage.signed_in(stage.people.ben)
    behind.expected_errors += CUT  # type: ignore[attr-defined]
    behind.route_web_socket("**/*", blocked)
    ben = Desk(behind, stage.server.url, stage.at("From behind a proxy"))
    ben.reply("It works here too.")
    expect(dee.bubble("It works here too.")).to_have_count(1)
    dee.say("Fine.")
    expect(ben.message("Fine.")).to_have_count(1)


@pytest.mark.timeout(240)
def test_the_server_dies_under_load_and_everybody_catches_up(own_stage: Stage) -> None:
    stage = own_stage
    dee = stage.customer().open()
    dee.say("Before the power cut")
    dee.expect_sent()
    ben = stage.ben(stage.at("Before the power cut"))
    for page in (dee.page, ben.page):
        page.expected_errors += [*CUT, "503"]  # type: ignore[attr-defined]
        page.evaluate("window.sameLife = true")

    crowd = Crowd(stage, senders=6, each=12)
    crowd.begin()
    crowd.acknowledged_at_least(10)
    stage.server.kill()
    dee.say("Written in the dark")
    ben.reply("Answered in the dark")
    stage.server.start()

    # Everybody comes back after a random while, lest all come at once.
    dee.expect_sent()
    ben.expect_handed_over()
    expect(ben.message("Written in the dark")).to_have_count(1)
    expect(dee.bubble("Answered in the dark")).to_have_count(1)
    acknowledged = crowd.end()
    dee.say("And on we go")
    expect(ben.message("And on we go")).to_have_count(1)

    stored = stage.server.rows("SELECT client_id, id FROM conversations_message WHERE kind = 'incoming'")
    assert len(acknowledged) == 6 * 12
    assert len(stored) == len({client_id for client_id, _ in stored}) == len(acknowledged) + 3, "once each"
    assert acknowledged.items() <= dict(stored).items(), "every acknowledged message is there"
    assert all(page.evaluate("window.sameLife") for page in (dee.page, ben.page)), "nobody had to reload"


class Crowd:
    """Other customers who write all the time, each until acknowledged; a number of messages each, and no more."""

    def __init__(self, stage: Stage, *, senders: int, each: int) -> None:
        self.url = f"{stage.server.url}/chat/v1/{stage.shop.inbox}/messages"
        self.senders, self.each = senders, each
        self.pool = ThreadPoolExecutor(senders)
        self.acknowledged: dict[str, int] = {}
        self.enough = threading.Condition()

    def begin(self) -> None:
        self.sending = [self.pool.submit(self._send, number) for number in range(self.senders)]

    def acknowledged_at_least(self, count: int) -> None:
        with self.enough:
            assert self.enough.wait_for(lambda: len(self.acknowledged) >= count, timeout=60)

    def end(self) -> dict[str, int]:
        """{client id: message id} of everything that was acknowledged."""
        for sent in self.sending:
            sent.result(timeout=90)
        self.pool.shutdown()
        return self.acknowledged

    def _send(self, number: int) -> None:
        token = None
        with httpx.Client(timeout=30, headers={"Origin": "http://localhost"}) as http:
            for count in range(self.each):
                letter = {"client_id": str(uuid.uuid4()), "text": f"{number}/{count}"}
                while (answer := self._try(http, letter, token)) is None:
                    time.sleep(0.1)
                token = answer["token"]
                with self.enough:
                    self.acknowledged[letter["client_id"]] = answer["message"]["id"]
                    self.enough.notify_all()

    def _try(self, http: httpx.Client, letter: dict[str, str], token: str | None) -> dict[str, object] | None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = http.post(self.url, json=letter, headers=headers)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None
