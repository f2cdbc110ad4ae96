"""Carts that were left behind, and what came of offering them again. `telling`, `offering`, `resuming`, `buying` write."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.service.commerce.models import Cart, Order


class CartPolicy(models.Model):
    """When a brand's cart counts as left behind, and what is done about it. A brand without one keeps these defaults."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+", primary_key=True)
    is_on = models.BooleanField(
        _("Offer the cart when the customer has said that the matter is solved"),
        default=True,
        help_text=_("Otherwise agents may offer it, and only then too."),
    )
    left_minutes = models.PositiveIntegerField(
        _("Minutes without a change after which a cart is left behind"),
        default=60,
        validators=(MinValueValidator(5), MaxValueValidator(7 * 24 * 60)),
    )
    bought_days = models.PositiveSmallIntegerField(
        _("Days within which an order counts as its result"),
        default=7,
        validators=(MinValueValidator(1), MaxValueValidator(60)),
    )

    def __str__(self) -> str:
        return str(self.brand)


class WaitingCart(models.Model):
    """The cart of a visitor who agreed that we know it and hasn't written yet; it becomes theirs when they do.

    `told` is what aspa.js told.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The token's hash.
    visitor = models.CharField(max_length=64)
    told = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visitor", "brand"), name="waiting_cart_once"),)

    def __str__(self) -> str:
        return f"waiting cart {self.pk}"


class CartOffer(models.Model):
    """One cart was offered again, once, after the matter was solved; without an agent Aspa did it.

    `items` are the cart's as they were then. The result: the customer went on with it (`resumed_at`), and an order with
    it came (`bought_at`, `order`). `open_until` is empty when no result is waited for any more.
    """

    cart = models.OneToOneField(Cart, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    items = models.JSONField(default=list)
    value = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    offered_at = models.DateTimeField()
    open_until = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=("offered_at",), name="cart_offer_age"),
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(fields=("open_until",), condition=models.Q(open_until__isnull=False), name="cart_offer_open"),
        )

    def __str__(self) -> str:
        return f"offer of cart {self.cart_id}"


class CartDay(models.Model):
    """What came of a brand's offers on one local day, in one currency; `value` of the orders, in minor units."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    currency = models.CharField(max_length=3)
    offered = models.PositiveIntegerField(default=0)
    resumed = models.PositiveIntegerField(default=0)
    bought = models.PositiveIntegerField(default=0)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "date", "currency"), name="cart_day_once"),)

    def __str__(self) -> str:
        return f"carts of {self.brand_id} on {self.date}"
