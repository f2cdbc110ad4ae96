"""Any system that can post JSON: an admin says which place in it is which of our fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.channel import Handout
from aspa.kit import ids
from aspa.service.shops import doors, recording, shapes, signing
from aspa.service.shops.connector import Connector, Forged, NotUnderstood, Post, Told
from aspa.service.shops.mapping import paths
from aspa.service.shops.recording import Given
from aspa.service.shops.secret_field import ShopForm
from aspa.service.shops.shapes import Shape

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record

SIGNED, SECRET_ADDRESS = "signature", "address"
# Where systems put what names a delivery.
NAMING = ("webhook-id", "x-webhook-id", "x-delivery-id", "x-webhook-delivery-id", "idempotency-key")
# How many records one post may hold.
MOST_RECORDS = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Mapped:
    """Where things stand.

    `only`: of which posts, "type = order.paid, order.sent"; of all when it is empty. `each`: the place of the records when
    there are several in a post; the other places are within. `lines`: the place of a record's lines; those of `line` are
    within each. `statuses` and `in_minor`: as for `recording.record_of`.
    """

    shape: Shape
    only: str = ""
    each: str = ""
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    lines: str = ""
    line: Mapping[str, str] = dataclasses.field(default_factory=dict)
    statuses: Mapping[str, str] = dataclasses.field(default_factory=dict)
    in_minor: bool = False


class MapperForm(ShopForm):
    made = ("secret",)
    kept = ("mapping",)

    way = forms.ChoiceField(
        label=_("How do its posts prove where they come from?"),
        choices=(
            (SIGNED, _("They are signed (HMAC-SHA256)")),
            (SECRET_ADDRESS, _("By a secret address, for systems that can't sign")),
        ),
        widget=forms.RadioSelect,
        initial=SIGNED,
    )
    header = forms.RegexField(
        r"^[A-Za-z0-9-]{1,60}$",
        label=_("Header with the signature"),
        initial="X-Signature",
        help_text=_("The signature of the body in base64 or hex, with or without sha256= before it."),
    )


class Mapper(Connector):
    key = "mapper"
    name = _("Another system")
    about = _("Whatever can post JSON: you say what is what in it")
    is_mapped = True

    def settings_form(self) -> type[forms.Form]:
        return MapperForm

    def receive(self, source: Source, post: Post) -> Told:
        mine = source.settings
        secret = mine.get("secret", "")
        if mine.get("way") == SECRET_ADDRESS:
            if not secret or not constant_time_compare(post.secret, secret):
                raise Forged("The secret in the address is wrong.")
        elif not signing.is_signed(post.body, post.headers.get(str(mine.get("header", "")).lower(), ""), secret):
            raise Forged("The signature is wrong.")
        named = next((post.headers[name] for name in NAMING if post.headers.get(name)), "")
        # Without a name each post counts: the same words may be true again later.
        return Told(f"mapper:{named or ids.new_public_id()}", "json")

    def understand(self, source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
        mapping = mapping_of(source)
        if mapping is None:
            raise NotUnderstood(gettext("Nobody has said yet what is what in these posts."))
        return records(source, mapping, payload, at)

    def handouts(self, source: Source) -> Sequence[Handout]:
        secret = source.settings.get("secret", "")
        if source.settings.get("way") == SECRET_ADDRESS:
            about = _("Whoever knows this address can post to it. Keep it as you would a password.")
            return (Handout(_("Secret address"), doors.address(source, secret), about),)
        return (
            Handout(_("Webhook address"), doors.address(source), _("The system posts JSON here.")),
            Handout(_("Secret"), secret, _("The system signs each post with it.")),
        )


def mapping_of(source: Source) -> Mapped | None:
    """What an admin has said of the source's posts."""
    found = source.settings.get("mapping")
    if not isinstance(found, dict) or found.get("shape") not in shapes.SHAPES:
        return None
    return Mapped(shapes.SHAPES[found["shape"]], **{name: value for name, value in found.items() if name != "shape"})


KEPT = ("only", "each", "fields", "lines", "line", "statuses", "in_minor")


def kept(mapping: Mapped) -> dict[str, Any]:
    """As it stands in the source's settings."""
    rest = {name: getattr(mapping, name) for name in KEPT}
    return {"shape": mapping.shape.key, **rest}


def records(source: Source, mapping: Mapped, payload: Any, at: dt.datetime) -> list[Record]:
    """The records of a post; none of one that isn't meant. Raises NotUnderstood."""
    if not is_meant(mapping.only, payload):
        return []
    found = list(paths.find(payload, mapping.each)) if mapping.each else [payload]
    if len(found) > MOST_RECORDS:
        raise NotUnderstood(gettext("There are more than %(count)s records in it.") % {"count": MOST_RECORDS})
    return [
        recording.record_of(
            mapping.shape,
            given(mapping, one),
            source=source,
            at=at,
            statuses=mapping.statuses,
            in_minor=mapping.in_minor,
        )
        for one in found
    ]


def is_meant(only: str, payload: Any) -> bool:
    """Whether one of the words stands at the place; systems post much that is of another kind."""
    path, _equals, words = (part.strip() for part in only.partition("="))
    return not only or paths.text_at(payload, path) in {word.strip() for word in words.split(",")}


def given(mapping: Mapped, payload: Any) -> Given:
    lines = paths.find(payload, mapping.lines) if mapping.lines else ()
    return Given(
        {key: paths.text_at(payload, path) for key, path in mapping.fields.items()},
        [{key: paths.text_at(one, path) for key, path in mapping.line.items()} for one in lines],
    )
