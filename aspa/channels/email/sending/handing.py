"""What the ways of sending share: what they are given, how they fail, and the mark that keeps a letter from going twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from aspa.core.inboxes.channel import DeliveryFailed

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aspa.channels.email.sending.addressing import Recipients


@dataclasses.dataclass(frozen=True, slots=True)
class Parcel:
    """A letter on its way. `whole_is_given` is to be called just before the server can have all of it."""

    mail: EmailMessage
    sender: str
    recipients: Recipients
    whole_is_given: Callable[[], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """The server took it. `refused`: the copies' addresses that it didn't take, with why."""

    external_id: str
    refused: dict[str, str] = dataclasses.field(default_factory=dict)


class Refused(DeliveryFailed):
    """This letter wasn't taken; the line to the server works."""


class LineDown(DeliveryFailed):
    """Nothing goes out now: no connection, wrong password, an account that may not send. Told to the admin."""

    def __init__(self, text: str) -> None:
        super().__init__(text, permanent=False)


class Unknown(DeliveryFailed):
    """The whole of it was given, and no answer came: the customer may have it or not."""

    def __init__(self, text: str) -> None:
        super().__init__(text, permanent=True)
