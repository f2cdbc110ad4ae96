"""What the shop knows of its customers, as it was last told by each of its systems.

Amounts are whole numbers of the currency's minor unit (1250 is 12.50 €). The rows of a source are written by `ingest`
alone, and `updated_at` is the shop's own moment of the version that they hold; empty: only something that belongs to
the thing is known yet, or it is gone in the shop.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact
from aspa.kit.ids import new_public_id
from aspa.kit.secrets import EncryptedJSONField


class Source(models.Model):
    """One of a brand's back-end systems: its web shop, its register, its booking calendar.

    `accounts`: its customers' ids are those that the chat's signed identity names. `sets_tier`: its tiers become the
    contact's (`Contact.tier`). `settings` are its connector's.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="sources", verbose_name=_("brand"))
    kind = models.CharField(_("kind"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    is_active = models.BooleanField(_("in use"), default=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    accounts = models.BooleanField(
        _("its customer numbers are those of the signed identity"),
        default=False,
        help_text=_("Then a customer who is signed in on the shop's pages is known in the chat at once."),
    )
    sets_tier = models.BooleanField(_("its tiers are our customer tiers"), default=False)
    settings = EncryptedJSONField(_("settings"), default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("brand__name", "name", "id")

    def __str__(self) -> str:
        return f"{self.brand} · {self.name}"


class Told(models.Model):
    """A thing in a source. `digest` is of the version that is here.

    `deleted_at` is the newest moment at which the shop said that the thing is gone. A gone one is emptied and kept, so
    that an older version which comes late doesn't bring it back.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=200)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"

    @classmethod
    def known(cls) -> Any:
        """Those that the shop has told of and that are not gone."""
        return cls._default_manager.filter(updated_at__isnull=False)


class Customer(models.Model):
    """A customer of a source, and whose contact that is. Several of them, of several sources, can be one contact's.

    `told_at`: of the newest order, cart or the like that said who the customer is; what a customer's own record
    said (`updated_at`) goes before. `is_guest`: bought without an account; known by nothing but an address.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=300)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=160, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    company = models.CharField(_("company"), max_length=160, blank=True)
    tier = models.CharField(_("customer tier"), max_length=40, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    is_guest = models.BooleanField(default=False)
    registered_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_customer_once"),)
        indexes = (models.Index(fields=("contact",), name="commerce_customer_of"),)

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"


class Status(models.TextChoices):
    """How far an order has come; of two words for one moment the later in this list holds."""

    PLACED = "placed", _("Placed")
    ON_HOLD = "on_hold", _("On hold")
    PAID = "paid", _("Paid")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")
    REFUNDED = "refunded", _("Refunded")


class Order(Told):
    """An order. `status` is the newest of the order's own word (`told_status`) and its events', said at `status_at`."""

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(_("number"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLACED)
    told_status = models.CharField(max_length=20, default=Status.PLACED)
    status_text = models.CharField(max_length=80, blank=True)
    status_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    total = models.BigIntegerField(_("total"), default=0)
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    item_count = models.PositiveIntegerField(default=0)
    placed_at = models.DateTimeField(_("placed"), null=True)
    url = models.URLField(max_length=1000, blank=True)
    admin_url = models.URLField(max_length=1000, blank=True)
    confirmation_url = models.URLField(max_length=1000, blank=True)
    tracking_url = models.URLField(max_length=1000, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    cart_external_id = models.CharField(max_length=200, blank=True)
    # {name, line1, line2, postcode, city, country, phone}
    address = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_order_once"),)
        indexes = (
            models.Index("contact", "placed_at", "id", name="commerce_order_of"),
            models.Index("source", "number", name="commerce_order_by_number"),
            models.Index("placed_at", name="commerce_order_by_age"),
            models.Index(
                "source",
                "cart_external_id",
                condition=~models.Q(cart_external_id=""),
                name="commerce_order_by_cart",
            ),
        )


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product_external_id = models.CharField(max_length=200, blank=True)
    sku = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.BigIntegerField()
    total = models.BigIntegerField()
    url = models.URLField(max_length=1000, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("order", "position"), name="commerce_line_once"),)

    def __str__(self) -> str:
        return self.name


class OrderEvent(models.Model):
    """Something that happened to an order. `kind` is a `Status`, or another word of the shop's.

    What an agent had a connector do is one too: "action:" and the action's key.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    text = models.TextField(blank=True, db_default="")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("order", "external_id"), name="commerce_order_event_once"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class Cart(Told):
    """What somebody has gathered and perhaps not bought. The items are as `OrderLine`s, in `items`.

    `state` is ordered as soon as an order says that it came of this cart, else what the shop said (`told_state`) or
    what `carts.abandon` found.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ABANDONED = "abandoned", _("Left behind")
        ORDERED = "ordered", _("Ordered")

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    told_state = models.CharField(max_length=20, default=State.OPEN)
    items = models.JSONField(default=list)
    item_count = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    value = models.BigIntegerField(_("value"), default=0)
    resume_url = models.URLField(max_length=1000, blank=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="carts")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_cart_once"),)
        indexes = (
            models.Index("contact", "updated_at", "id", name="commerce_cart_of"),
            models.Index("state", "updated_at", name="commerce_cart_by_state"),
            models.Index("updated_at", name="commerce_cart_by_age"),
        )


class Product(Told):
    sku = models.CharField(max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    price = models.BigIntegerField(null=True)
    categories = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_product_once"),)
        indexes = (models.Index("source", "sku", name="commerce_product_by_sku"),)


class Subscription(Told):
    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        ENDED = "ended", _("Ended")

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.ACTIVE)
    currency = models.CharField(max_length=3, blank=True)
    price = models.BigIntegerField(default=0)
    interval = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(_("started"), null=True)
    next_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    url = models.URLField(max_length=1000, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_subscription_once"),)
        indexes = (models.Index("contact", "started_at", "id", name="commerce_subscription_of"),)


class Booking(Told):
    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Done")
        MISSED = "missed", _("Missed")

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.BOOKED)
    starts_at = models.DateTimeField(_("starts"), null=True)
    ends_at = models.DateTimeField(null=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_booking_once"),)
        indexes = (
            models.Index("contact", "starts_at", "id", name="commerce_booking_of"),
            models.Index("starts_at", name="commerce_booking_by_age"),
        )


class Loyalty(Told):
    """Where a customer stands in a source's loyalty programme; `external_id` is the customer's own."""

    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    tier = models.CharField(_("customer tier"), max_length=40, blank=True)
    points = models.BigIntegerField(_("points"), null=True)
    expires_on = models.DateField(_("expires"), null=True)

    class Meta:
        verbose_name_plural = "loyalties"
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="commerce_loyalty_once"),)
