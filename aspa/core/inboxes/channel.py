"""The port every channel implements, the values that cross it, and the registry.

A channel is a folder in `aspa/channels/` with a `Channel` subclass named in its app's `ready()`:

    registry.register(WebChat())

Nothing outside the folder asks which channel it is: differences are declared in `capabilities`.
`aspa/core/inboxes/contract.py` is the test suite that every channel passes.
"""

from __future__ import annotations

import abc
import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from django import forms
from django.utils.functional import Promise

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.inboxes.models import Inbox


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """An identity the sender is known by. `verified_how` is empty when it is only the sender's word.

    `doubted`: the channel found that the sender is most likely somebody else; such a one is nobody we know.
    """

    kind: str
    value: str
    verified_how: str = ""
    doubted: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. `identity` is the one that finds the contact again; `claims` are others told on the way."""

    identity: Claim
    name: str = ""
    language: str = ""
    claims: tuple[Claim, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a customer, parsed at the edge.

    `external_id` is unique in the inbox and makes a repeated delivery harmless. `attachments` are public ids of
    stored `Attachment`s that the sender (`visitor`, a token hash, in chat) uploaded beforehand. `another` says that the
    sender means a new conversation rather than the ended one to go on.

    `conversation_id` is the conversation of the inbox's brand that the message is proven to continue (by a token of
    ours, or by a thread that the sender took part in); with `by_link` by the link to the customer's own page, and then
    the sender is the conversation's customer, whoever else they say they are. `automatic` says that a machine wrote it:
    it joins its conversation without opening it or waiting for an answer, and gets no receipt. `spam` is why the message
    is taken for spam: a conversation that it begins is set aside at once.
    """

    inbox_id: int
    external_id: str
    sender: Sender
    text: str
    html: str = ""
    subject: str = ""
    client_id: str = ""
    visitor: str = ""
    attachments: tuple[str, ...] = ()
    another: bool = False
    conversation_id: int | None = None
    by_link: bool = False
    automatic: bool = False
    spam: str = ""
    context: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a reply we sent: `state` is a `Message.State`."""

    inbox_id: int
    external_id: str
    state: str
    reason: str = ""
    at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Raw:
    """What the provider sent, untouched."""

    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; the composer enforces these before sending.

    `threaded`: a message says itself what it continues (`Inbound.conversation_id`), and one that doesn't begins
    something new; otherwise it continues the customer's newest conversation in the inbox. `copies`: a reply can go to
    others too (cc, bcc). `replies`: an answer can go back by the channel itself. `undo_seconds`: how long a reply is
    held so that it can be taken back. `reaches`: the kind of identity (`Identity.Kind`) by which a customer who wrote
    elsewhere can be reached too, or empty.
    """

    text_limit: int = 10_000
    attachments: int = 0
    attachment_bytes: int = 0
    html: bool = False
    public: bool = False
    live: bool = False
    read_marks: bool = False
    typing: bool = False
    threaded: bool = False
    copies: bool = False
    replies: bool = True
    undo_seconds: int = 0
    reaches: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    ok: bool
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class OnPages:
    """What a shop puts onto its pages: `code` to copy, and the path of our page that shows how it will look."""

    code: str
    preview: str


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """How a customer reaches an inbox from anywhere: `url` is a page or a mailto, `name` what it is called."""

    kind: str
    url: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """Something that an admin can have looked at. `by_itself`: whenever the inbox's page is open, else when asked.

    `in_health`: what it sees is in the channel's `health` already, only shorter.
    """

    key: str
    name: str | Promise
    about: str | Promise
    by_itself: bool = False
    in_health: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw of one thing. `advice`: what to do when it isn't ok; `copy`: a text to paste for that."""

    level: Literal["ok", "warning", "error"]
    subject: str
    seen: str
    advice: str = ""
    copy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Handout:
    """A text that the admin gives to another system: an address to forward to, a webhook's.

    `link` is the address of what comes after that, and `link_name` what its button says.
    """

    name: str | Promise
    text: str
    about: str | Promise = ""
    link: str = ""
    link_name: str | Promise = ""


class ParseError(Exception):
    """The payload can't be understood; its raw form is kept and an admin sees it."""


class DeliveryFailed(Exception):
    """A reply could not be handed to the channel. Permanent failures are shown at once, others retried."""

    def __init__(self, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.permanent = permanent


class Channel(abc.ABC):
    """The port. `key` is stored on inboxes; `name` and `icon` are shown to agents."""

    key: str
    name: str | Promise
    icon: str
    capabilities: Capabilities

    @abc.abstractmethod
    def parse(self, inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
        """Understand a payload. Raises ParseError."""

    @abc.abstractmethod
    def deliver(self, message: Message) -> str | None:
        """Hand a reply over; returns the provider's id, or None when there is none. Raises DeliveryFailed.

        Channels that aren't live are also given what Aspa itself tells the customer (`activities.TOLD`, a message of
        kind activity): `activities.sentence` has its words.
        """

    @abc.abstractmethod
    def settings_form(self) -> type[forms.Form]:
        """The form an admin fills in; its cleaned data becomes `Inbox.settings`."""

    @abc.abstractmethod
    def health(self, inbox: Inbox) -> Health:
        """Can this inbox receive and send just now?"""

    checks: tuple[Check, ...] = ()

    def check(self, inbox: Inbox, key: str) -> Sequence[Finding]:
        """Look at it now; may take some seconds. `key` is that of one of `checks`."""
        raise LookupError(key)

    def handouts(self, inbox: Inbox) -> Sequence[Handout]:
        """What other systems have to be told for this inbox to work."""
        return ()

    def on_pages(self, inbox: Inbox) -> OnPages | None:
        """For channels that live on the shop's own pages."""
        return None

    def way_in(self, inbox: Inbox) -> Way | None:
        """For channels that a customer can turn to when the one at hand doesn't answer at once."""
        return None


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known. Registering a key twice is a mistake and raises ValueError."""
    if channel.key in _channels and type(_channels[channel.key]) is not type(channel):
        raise ValueError(f"Two channels call themselves {channel.key!r}.")
    _channels[channel.key] = channel


def channel_for(inbox: Inbox) -> Channel:
    """The channel of an inbox. Raises LookupError when its code isn't installed any more."""
    try:
        return _channels[inbox.channel]
    except KeyError:
        raise LookupError(f"The channel {inbox.channel!r} of inbox {inbox.pk} isn't installed.") from None


def channels() -> list[Channel]:
    return [_channels[key] for key in sorted(_channels)]
