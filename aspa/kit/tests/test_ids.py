import re

import pytest

from aspa.kit import clock
from aspa.kit.ids import client_id, is_client_id, new_public_id, new_token, row_id, token_hash


def test_tokens_are_url_safe_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)} | {new_public_id() for _ in range(100)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{16,43}", token) for token in tokens)


def test_a_token_is_remembered_by_its_hash() -> None:
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("good", ["a", "A-z_9" * 12, "x" * 64, "0b6c7e2e-6a3b-4f0e-9f3a-1c2d3e4f5a6b"])
def test_client_ids(good: str) -> None:
    assert client_id(good) == good


@pytest.mark.parametrize("bad", ["", "x" * 65, "a b", "ä", "a\n", None, 7, "a/b"])
def test_what_is_no_client_id(bad: object) -> None:
    assert not is_client_id(bad)
    with pytest.raises(ValueError, match="client id"):
        client_id(bad)


def test_now_is_aware_and_in_utc() -> None:
    assert str(clock.now().tzinfo) == "UTC"


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "+1", "1.0", " 1", "1_0", "9" * 40, str(2**63)])
def test_what_no_row_has_for_its_id(text: str) -> None:
    assert row_id(text) is None


def test_rows_ids() -> None:
    assert [row_id(text) for text in ("0", "007", str(2**63 - 1))] == [0, 7, 2**63 - 1]
