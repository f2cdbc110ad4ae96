"""The port every connector implements, the values that cross it, and the registry.

A connector is one kind of `commerce.Source`: a shop system that tells of itself by posts to our door, whose history can
be read page by page, and on whose orders an agent may act. It is named in the app's `ready()`:

    connector.register(WooCommerce())

Nothing outside a connector's own module asks which one it is.
"""

from __future__ import annotations

import abc
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise

from aspa.core.inboxes.channel import Handout

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """What came to our door, untouched. Header names are in small letters; `secret` is the one in the address, or empty."""

    headers: Mapping[str, str]
    body: bytes
    secret: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A post that is the shop's own. `key` is the provider's id of the delivery, the same when it comes again."""

    key: str
    topic: str


@dataclasses.dataclass(frozen=True, slots=True)
class Hook:
    """A webhook in the shop that leads to our door. `id` is the shop's; not `is_on`: the shop has given up on it."""

    id: str
    topic: str
    is_on: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Something whose history can be read: "orders"."""

    key: str
    name: str | Promise


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A page of the history. `items` are understood under `topic`; `next` is where the next page begins, None: no more.

    `total` is how many there are in all, as far as the shop tells.
    """

    topic: str
    items: Sequence[Any]
    next: dict[str, Any] | None
    total: int | None = None


class Forged(Exception):
    """The post isn't signed by the shop, or not with its secret."""


class NotUnderstood(Exception):
    """The payload can't be understood; the text is for an admin."""


class Later(Exception):
    """The shop is busy or away; trying again helps. `after`: how long it asks us to wait, in seconds; 0: it doesn't say."""

    def __init__(self, text: str, *, after: float = 0) -> None:
        super().__init__(text)
        self.after = after


class Never(Exception):
    """The shop refuses; an admin has to do something first. The text is for them."""


class Connector(abc.ABC):
    """The port. `key` is `Source.kind`; `name` and `about` are shown to admins."""

    key: str
    name: str | Promise
    about: str | Promise
    # What can be read of the history, in this order: whoever is named by something comes before it.
    kinds: tuple[Kind, ...] = ()
    # The topics of the webhooks that we set up in the shop; empty: that is done by hand.
    topics: tuple[str, ...] = ()
    # Whether it posts to our door, whether an admin says what is what in its posts, and whether one hands over files.
    posts = True
    is_mapped = False
    imports = False

    @abc.abstractmethod
    def settings_form(self) -> type[forms.Form]:
        """The form an admin fills in; its cleaned data becomes `Source.settings`. Secrets left empty stay."""

    @abc.abstractmethod
    def receive(self, source: Source, post: Post) -> Told | None:
        """Check whose post it is. None: the shop's own, but there is nothing in it to keep. Raises Forged."""

    @abc.abstractmethod
    def understand(self, source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
        """The records in a payload that was told, or read, at that moment; none: nothing for us. Raises NotUnderstood."""

    def handouts(self, source: Source) -> Sequence[Handout]:
        """What the shop has to be told for its posts to come here."""
        return ()

    def hooks(self, source: Source) -> list[Hook]:
        """The shop's webhooks that lead to our door, of whatever topic. Raises Later or Never."""
        raise NotImplementedError

    def add_hook(self, source: Source, topic: str) -> None:
        """Have the shop post what it has to tell on the topic to our door. Raises Later or Never."""
        raise NotImplementedError

    def remove_hook(self, source: Source, hook: Hook) -> None:
        """Raises Later or Never."""
        raise NotImplementedError

    def page(self, source: Source, kind: str, cursor: dict[str, Any] | None) -> Page:
        """Ask for a page of the history. Raises Later or Never."""
        raise LookupError(kind)

    def check(self, source: Source) -> bool:
        """Ask the shop whether it knows us; False: there is nobody to ask. Raises Later or Never."""
        return False


_connectors: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Make a connector known. Registering a key twice is a mistake and raises ValueError."""
    if connector.key in _connectors and type(_connectors[connector.key]) is not type(connector):
        raise ValueError(f"Two connectors call themselves {connector.key!r}.")
    _connectors[connector.key] = connector


def connector_for(source: Source) -> Connector:
    """The connector of a source. Raises LookupError for sources that feed themselves (the API, the shop's pages)."""
    return _connectors[source.kind]


def connectors() -> list[Connector]:
    """In the order in which they were registered."""
    return list(_connectors.values())
