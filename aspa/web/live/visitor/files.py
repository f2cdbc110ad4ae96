"""Files in the chat: uploaded before their message, judged while they stream in, shown to those who may see them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from django.conf import settings

from aspa.channels.webchat import spoken
from aspa.core.conversations import attachments
from aspa.core.conversations.models import Attachment
from aspa.kit import files
from aspa.kit.ids import is_client_id
from aspa.web.live import http
from aspa.web.live.http import Disconnected, Headers, HttpError

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.web.live.visitor.app import Request, VisitorApp

CHUNK = 256 * 1024


async def upload(app: VisitorApp, request: Request) -> None:
    """Take one file, the raw body. 201 with its id; nothing is kept of one that is refused."""
    length = http.content_length(request.scope)
    size = settings.ASPA_UPLOAD_BYTES if length is None else length
    app.limits.file(request.visitor, request.address, size)
    with files.Receiving(settings.ASPA_UPLOAD_BYTES) as receiving:
        try:
            await _stream(request, receiving)
            name = unquote(http.header(request.scope, b"x-file-name"))[:300]
            attachment = await app.threads.read(_store, request, receiving, name)
        except files.Refused as refusal:
            text = str(attachments.refused(refusal))
            raise HttpError(attachments.STATUS[refusal.code], f"file_{refusal.code}", text) from refusal
    await request.answer(201, {**spoken.attachment(attachment, request.inbox.public_id), "token": request.token})


async def _stream(request: Request, receiving: files.Receiving) -> None:
    if (http.content_length(request.scope) or 0) > settings.ASPA_UPLOAD_BYTES:
        raise files.Refused("too_large")
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        receiving.write(message.get("body", b""))
        if not message.get("more_body"):
            return


def _store(request: Request, receiving: files.Receiving, name: str) -> Attachment:
    return attachments.keep(receiving.finish(name), inbox=request.inbox, visitor=request.visitor)


async def download(app: VisitorApp, request: Request) -> None:
    """A file by its unguessable id. Only one that a customer may see: never a note's."""
    public_id = request.rest.split("/")[1]
    attachment = await app.threads.read(_visible, request.inbox, public_id) if is_client_id(public_id) else None
    if attachment is None:
        raise HttpError(404, "not_found", "There is no such file.")
    inline = files.safe_inline(attachment.content_type)
    headers: Headers = [
        (b"content-type", attachment.content_type.encode()),
        (b"content-length", str(attachment.size).encode()),
        (
            b"content-disposition",
            f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(attachment.name)}".encode(),
        ),
        *((name, value) for name, value in http.ALWAYS if name != b"cache-control"),
        (b"cache-control", b"private, max-age=31536000, immutable"),
        *request.cors,
    ]
    try:
        file = await asyncio.to_thread(attachment.file.open, "rb")
    except FileNotFoundError as error:
        raise HttpError(404, "not_found", "There is no such file.") from error
    try:
        await request.send({"type": "http.response.start", "status": 200, "headers": headers})
        if request.scope["method"] == "HEAD":
            return await request.send({"type": "http.response.body", "body": b""})
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            await request.send({"type": "http.response.body", "body": chunk, "more_body": True})
        await request.send({"type": "http.response.body", "body": b""})
    finally:
        await asyncio.to_thread(file.close)


def _visible(inbox: Inbox, public_id: str) -> Attachment | None:
    attachment = Attachment.objects.filter(public_id=public_id).select_related("message__inbox").first()
    if attachment is None:
        return None
    if attachment.message is None:
        # Not sent yet: its uploader's preview.
        return attachment if attachment.visitor and attachment.inbox_id == inbox.pk else None
    # The brand's, since a conversation can have been merged into one of another inbox.
    message = attachment.message
    return attachment if message.is_public and message.inbox.brand_id == inbox.brand_id else None
