"""Tokens name conversations, and only ours do."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings

from aspa.channels.email import tokens


@pytest.mark.parametrize("number", [1, 35, 36, 10_817, 2**63 - 1])
def test_a_token_is_short_plain_and_read_again_in_any_case(number: int) -> None:
    token = tokens.make(number)
    assert re.fullmatch(r"[a-z0-9]{11,23}", token)
    assert tokens.read(token) == tokens.read(token.upper()) == number


def test_a_token_with_one_character_changed_is_nobodys() -> None:
    token = tokens.make(20_817)
    for place, character in enumerate(token):
        other = "b" if character == "a" else "a"
        assert tokens.read(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "a", "support", "x" * 11, "é" * 13, "0" + tokens.DIGITS, "1kp5xq2mzt7\n"])
def test_anything_else_is_no_token(text: str) -> None:
    assert tokens.read(text) is None


def test_another_installations_token_is_nobodys(settings: LazySettings) -> None:
    token = tokens.make(7)
    settings.SECRET_KEY = "another"
    assert tokens.read(token) is None


def test_a_changed_key_still_reads_the_old_letters(settings: LazySettings) -> None:
    token = tokens.make(7)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert tokens.read(token) == 7
    assert tokens.make(7) != token


def test_tokens_are_found_where_mail_carries_them() -> None:
    token = tokens.make(7)
    address = tokens.reply_address("support@shop.example", token)
    assert address == f"support+{token}@shop.example"
    assert list(tokens.tokens_in(f"Support <{address.upper()}>, other+abcdefghijkl@shop.example")) == [token.upper()]
    mail_id = tokens.message_id(7, 42, "shop.example")
    assert mail_id.endswith("@shop.example")
    assert list(tokens.tokens_in(f"<x@y.example> <{mail_id}>")) == [token]
    assert tokens.message_id(7, 43, "shop.example") != mail_id == tokens.message_id(7, 42, "shop.example")


def test_an_address_that_would_be_too_long_stays_as_it_is() -> None:
    address = f"{'a' * 60}@shop.example"
    assert tokens.reply_address(address, tokens.make(7)) == address
