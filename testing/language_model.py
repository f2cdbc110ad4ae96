"""A language model as a stand-in: OpenAI's chat completions over HTTP, with the answers and the faults that a test wants.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
import time
from collections.abc import Iterator
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


def streamed(text: str) -> Answer:
    """The same piece by piece, as `"stream": true` would have it."""
    pieces: list[dict[str, Any]] = [{"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}]
    pieces += [{"choices": [{"index": 0, "delta": {"content": text[at : at + 7]}}]} for at in range(0, len(text), 7)]
    pieces.append({"choices": [], "usage": {"total_tokens": 340}})
    body = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"
    return Answer(200, body.encode(), {"Content-Type": "text/event-stream"})


@contextlib.contextmanager
def dripping(beginning: bytes, drop: bytes, seconds: float) -> Iterator[str]:
    """A server that sends a beginning and then drops without end, each after so many seconds. Gives its address."""
    ended = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with contextlib.suppress(OSError):
                self.request.sendall(beginning)
                while not ended.wait(seconds):
                    self.request.sendall(drop)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            ended.set()
            server.shutdown()


LIMITED = Answer(
    429,
    {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}},
    {"Retry-After": "20"},
)
BROKEN = Answer(500, {"error": {"message": "The server had an error"}})
NOT_JSON = Answer(200, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})
ODD = Answer(200, {"choices": [{"message": {"content": None}}]})
EMPTY = Answer(200, {"choices": []})
