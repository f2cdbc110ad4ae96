"""A browser that several people use."""

from __future__ import annotations

import time

import jwt
from playwright.sync_api import expect

from tests.browser.conftest import Stage


def test_who_signs_out_of_the_shop_leaves_nothing_behind(stage: Stage) -> None:
    people = stage.people
    signed = jwt.encode(
        {"sub": "c-shared", "name": "Dee Dahl", "aud": people.slug, "exp": int(time.time()) + 3600},
        people.identity_secret,
    )
    dee = stage.customer()
    dee.page.evaluate("jwt => aspa.identify(jwt)", signed)
    dee.open()
    dee.say("My address is secret")
    dee.expect_sent()
    dee.text.fill("Half a thought")
    token = dee.page.evaluate(f"JSON.parse(localStorage['aspa:{people.inbox}']).token")

    dee.page.reload()
    dee.open()
    expect(dee.text).to_have_value("")
    expect(dee.bubble("My address is secret")).to_have_count(0)
    dee.say("Somebody else")
    dee.expect_sent()
    assert dee.texts().count("My address is secret") == 0
    assert dee.page.evaluate(f"JSON.parse(localStorage['aspa:{people.inbox}']).token") != token
