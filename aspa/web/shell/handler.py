"""How pages and static files are answered: static ones in the event loop, pages in one thread from end to end.

Left to itself Django crosses from the loop to a thread and back for most of its middleware, which costs more than
drawing a small page.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from asgiref.sync import sync_to_async
from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


class Handler(ASGIHandler):
    """Django's ASGI application for this house."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        self._static_file_or_page = StaticFiles(self._page)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await self._static_file_or_page(request)

    async def _page(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


class StaticFiles(ServeStaticMiddleware):
    """Answers for static files, with the headers that pages get from the middleware, and asks for a page otherwise."""

    @staticmethod
    async def aserve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        response = await ServeStaticMiddleware.aserve(static_file, request)
        for name, value in _security_headers().items():
            response[name] = value
        return response


@cache
def _security_headers() -> dict[str, str]:
    headers = {
        "Content-Security-Policy": build_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Permissions-Policy": settings.PERMISSIONS_POLICY,
    }
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return headers
