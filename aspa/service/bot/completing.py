"""The HTTP of a language model: one POST to any address that speaks OpenAI's chat completions.

https://platform.openai.com/docs/api-reference/chat/create. Not by that company's own client: the address is typed by an
admin, so it goes through the same guard as all of those (`kit/outside`), which that client knows nothing of.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from typing import TYPE_CHECKING, Any

import httpx2

from aspa.kit import outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.service.bot.models import LanguageModel

MOST_BYTES = 200_000
MOST_TOKENS = 500
# So much longer it is waited for in seconds, for who is just done.
GRACE = 0.2


class Failed(Exception):
    """No answer that can be read came in time. The text is for admins and holds nothing that anybody wrote."""


@dataclasses.dataclass(frozen=True, slots=True)
class Completion:
    text: str
    tokens: int


def complete(model: LanguageModel, messages: Sequence[dict[str, str]]) -> Completion:
    """Raises Failed, after `model.seconds` at the latest."""
    asking = threading.Thread(target=(asked := _Asked(model, messages)).run, daemon=True)
    asking.start()
    # It ends by itself about then; only the look for the host's address can't be told to.
    asking.join(model.seconds + GRACE)
    if isinstance(asked.outcome, Completion):
        return asked.outcome
    raise asked.outcome or Failed("It took too long.")


class _Asked:
    """One question, asked in a thread that nobody has to wait for."""

    def __init__(self, model: LanguageModel, messages: Sequence[dict[str, str]]) -> None:
        self._model, self._messages = model, messages
        self.outcome: Completion | Exception | None = None

    def run(self) -> None:
        try:
            self.outcome = _ask(self._model, self._messages)
        except Exception as problem:
            self.outcome = problem


def _ask(model: LanguageModel, messages: Sequence[dict[str, str]]) -> Completion:
    body = {
        "model": model.model, "messages": list(messages), "temperature": 0, "max_tokens": MOST_TOKENS, "stream": False,
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    try:
        with (
            outside.client(model.seconds, altogether=True) as http,
            http.stream("POST", model.url.rstrip("/") + "/chat/completions", json=body, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise Failed(f"It answered {response.status_code}.")
            told = _bytes(response)
            is_stream = response.headers.get("Content-Type", "").startswith("text/event-stream")
            return _read(_joined(told) if is_stream else json.loads(told), messages)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as problem:
        raise Failed(type(problem).__name__) from problem
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        raise Failed("Its answer can’t be read.") from problem


def _bytes(response: httpx2.Response) -> bytes:
    """No more than an answer has."""
    read = bytearray()
    for block in response.iter_bytes():
        read += block
        if len(read) > MOST_BYTES:
            raise Failed("Its answer has no end.")
    return bytes(read)


def _joined(told: bytes) -> Any:
    """Some answer piece by piece though they weren't asked to: the same as a whole.

    https://platform.openai.com/docs/api-reference/chat-streaming
    """
    text, usage = "", None
    for line in told.decode().splitlines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or data == "[DONE]":
            continue
        piece = json.loads(data)
        usage = piece.get("usage") or usage
        text += "".join(choice["delta"].get("content") or "" for choice in piece["choices"])
    return {"choices": [{"message": {"content": text or None}}], "usage": usage}


def _read(told: Any, messages: Sequence[dict[str, str]]) -> Completion:
    text = told["choices"][0]["message"]["content"]
    if not isinstance(text, str):
        raise Failed("Its answer has no text.")
    counted = (told.get("usage") or {}).get("total_tokens")
    # Who doesn't count is counted for: about four characters a token.
    guessed = (sum(len(message["content"]) for message in messages) + len(text)) // 4
    return Completion(text, counted if isinstance(counted, int) and counted > 0 else guessed)
