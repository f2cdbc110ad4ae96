"""A language model as a stand-in: OpenAI's chat completions over HTTP, with the answers and the faults that a test wants.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import json
import time
from typing import Any

from testing.shops.server import Answer, Request, StandIn

KEY = "sk-stand-in"


class LanguageModelStandIn(StandIn):
    """Says `says` to whatever it is asked, or what a function makes of the request's data.

    `sleeps`: seconds before each answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.says: Any = {"known": False}
        self.sleeps = 0.0

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    @property
    def told(self) -> dict[str, Any]:
        """The data of the newest question."""
        found: dict[str, Any] = json.loads(self.asked[-1].json["messages"][-1]["content"])
        return found

    def answer(self, request: Request) -> Answer:
        if (request.method, request.path) != ("POST", "/v1/chat/completions"):
            return Answer(404, {"error": {"message": "Not found"}})
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Answer(401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}})
        time.sleep(self.sleeps)
        says = self.says(json.loads(request.json["messages"][-1]["content"])) if callable(self.says) else self.says
        return completion(says if isinstance(says, str) else json.dumps(says))


def completion(text: str) -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340}
    return Answer(200, {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], "usage": usage})


LIMITED = Answer(
    429,
    {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}},
    {"Retry-After": "20"},
)
BROKEN = Answer(500, {"error": {"message": "The server had an error"}})
NOT_JSON = Answer(200, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})
ODD = Answer(200, {"choices": [{"message": {"content": None}}]})
EMPTY = Answer(200, {"choices": []})
