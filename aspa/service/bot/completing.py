"""The HTTP of a language model: one POST to any address that speaks OpenAI's chat completions.

https://platform.openai.com/docs/api-reference/chat/create. Not by that company's own client: the address is typed by an
admin, so it goes through the same guard as all of those (`kit/outside`), which that client knows nothing of.
"""

from __future__ import annotations

import dataclasses
import json
import time
from typing import TYPE_CHECKING, Any

import httpx2

from aspa.kit import outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.service.bot.models import LanguageModel

MOST_BYTES = 200_000
MOST_TOKENS = 500


class Failed(Exception):
    """No answer that can be read came in time. The text is for admins and holds nothing that anybody wrote."""


@dataclasses.dataclass(frozen=True, slots=True)
class Completion:
    text: str
    tokens: int


def complete(model: LanguageModel, messages: Sequence[dict[str, str]]) -> Completion:
    """Raises Failed. No step takes longer than `model.seconds`, and none is begun after them."""
    ends = time.monotonic() + model.seconds
    body = {"model": model.model, "messages": list(messages), "temperature": 0, "max_tokens": MOST_TOKENS}
    headers = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    try:
        with (
            outside.client(model.seconds) as http,
            http.stream("POST", model.url.rstrip("/") + "/chat/completions", json=body, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise Failed(f"It answered {response.status_code}.")
            return _read(json.loads(_bytes(response, ends)), messages)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as problem:
        raise Failed(type(problem).__name__) from problem
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise Failed("Its answer can’t be read.") from problem


def _bytes(response: httpx2.Response, ends: float) -> bytes:
    """However slowly it drips: no longer than it may take, and no more than an answer has."""
    read = bytearray()
    for block in response.iter_bytes():
        read += block
        if time.monotonic() > ends:
            raise Failed("It took too long.")
        if len(read) > MOST_BYTES:
            raise Failed("Its answer has no end.")
    return bytes(read)


def _read(told: Any, messages: Sequence[dict[str, str]]) -> Completion:
    text = told["choices"][0]["message"]["content"]
    if not isinstance(text, str):
        raise Failed("Its answer has no text.")
    counted = (told.get("usage") or {}).get("total_tokens")
    # Who doesn't count is counted for: about four characters a token.
    guessed = (sum(len(message["content"]) for message in messages) + len(text)) // 4
    return Completion(text, counted if isinstance(counted, int) and counted > 0 else guessed)
