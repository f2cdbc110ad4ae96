"""What buyers say of products. `writing`, `answering`, `voting`, `inviting` and moderation's decisions (`moderated`) write.

Others see a review that is PUBLISHED and nothing else; of its photos those that are PUBLISHED, too.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.kit.ids import new_public_id
from aspa.service.commerce.models import Order
from aspa.service.moderation.states import State


class Policy(models.Model):
    """Who may review a brand's products, and how buyers are asked. A brand without one keeps these defaults."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+", primary_key=True)
    buyers_only = models.BooleanField(
        _("Only those who have bought the product may review it"),
        default=True,
        help_text=_("Otherwise everybody who has signed in may; buyers are marked as such."),
    )
    sends_letters = models.BooleanField(
        _("Aspa sends the letter that asks for a review"),
        default=True,
        help_text=_(
            "Your shop’s system asks for it, order by order. Otherwise the shop sends the link in a letter of its own."
        ),
    )
    wait_days = models.PositiveSmallIntegerField(
        _("Days from the shop’s request to the letter"),
        default=7,
        validators=(MaxValueValidator(90),),
        help_text=_("So that the product has come and been used."),
    )

    def __str__(self) -> str:
        return str(self.brand)


class Product(models.Model):
    """A product by the shop's code for it, with what its published reviews come to: kept by the verbs, never counted.

    `total` is the sum of their stars; `ones` to `fives` how many gave so many. Whatever others see of its reviews has
    changed last at `changed_at`. Name and addresses are as the shop told them last.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    sku = models.CharField(_("product’s code"), max_length=200)
    name = models.CharField(_("name"), max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    count = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    ones = models.PositiveIntegerField(default=0)
    twos = models.PositiveIntegerField(default=0)
    threes = models.PositiveIntegerField(default=0)
    fours = models.PositiveIntegerField(default=0)
    fives = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "sku"), name="reviews_product_once"),)
        indexes = (
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(
                fields=("brand", "reviewed_at", "id"),
                condition=models.Q(reviewed_at__isnull=False),
                name="reviews_products",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.sku

    @property
    def average(self) -> float:
        """1 to 5; 0.0 without any review."""
        return self.total / self.count if self.count else 0.0

    @property
    def distribution(self) -> tuple[int, int, int, int, int]:
        """How many gave one star, two, … five."""
        return self.ones, self.twos, self.threes, self.fours, self.fives


class Review(models.Model):
    """What one customer says of one product. `name` is the one that they chose to be shown.

    `order` is what proves that they bought it (`is_buyer`, which stays when the order is gone).
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+")
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    is_buyer = models.BooleanField(default=False)
    stars = models.PositiveSmallIntegerField(_("stars"), validators=(MinValueValidator(1), MaxValueValidator(5)))
    title = models.CharField(_("title"), max_length=120, blank=True)
    text = models.TextField(_("text"), blank=True)
    name = models.CharField(_("name"), max_length=40)
    language = models.CharField(max_length=5, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # For the first time; an edited review keeps its place.
    published_at = models.DateTimeField(null=True)
    helpful = models.PositiveIntegerField(default=0)
    # Published ones.
    photo_count = models.PositiveSmallIntegerField(default=0)
    # Photos that nobody has looked at yet: since when.
    photos_wait_since = models.DateTimeField(null=True)
    # The author gets a letter when the merchant answers.
    wants_letters = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("product", "contact"), name="reviews_once"),)
        indexes = (
            models.Index(fields=("contact", "created_at", "id"), name="reviews_of"),
            models.Index(fields=("product", "state", "published_at", "id"), name="reviews_newest"),
            models.Index(fields=("product", "state", "stars", "id"), name="reviews_by_stars"),
            models.Index(fields=("product", "state", "helpful", "id"), name="reviews_by_votes"),
            models.Index(fields=("brand", "created_at", "id"), name="reviews_of_brand"),
            models.Index(
                fields=("brand", "photos_wait_since", "id"),
                condition=models.Q(photos_wait_since__isnull=False),
                name="reviews_photos_wait",
            ),
        )

    def __str__(self) -> str:
        return f"review {self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.state == State.PUBLISHED


class Version(models.Model):
    """What a review said before it was edited, until `until`."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    stars = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    name = models.CharField(max_length=40)
    until = models.DateTimeField()

    class Meta:
        ordering = ("-until", "-id")

    def __str__(self) -> str:
        return f"version {self.pk}"


class Photo(models.Model):
    """A picture of a review, encoded anew. `small` is for lists. Others see it when somebody has looked at it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="photos")
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    file = models.FileField(upload_to="reviews/")
    small = models.FileField(upload_to="reviews/")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.public_id


class Answer(models.Model):
    """The merchant's public word to a review. `name` and `title` are the agent's when it was written."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="answer")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(_("answer"))
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # When the review's author got a letter of it.
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Helpful(models.Model):
    """A reader found a review helpful."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "helpful"
        constraints = (models.UniqueConstraint(fields=("review", "contact"), name="reviews_helpful_once"),)

    def __str__(self) -> str:
        return f"helpful {self.pk}"


class Invitation(models.Model):
    """The buyer of an order is asked for reviews of what is in it; the link in the letter is signed (`inviting`).

    `send_at`: when our own letter leaves; empty when the shop sends the link itself.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("brand", "at"), name="reviews_invitations"),)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Declined(models.Model):
    """A customer who doesn't want to be asked for reviews."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+", primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"declined {self.contact_id}"


class Reaction(models.Model):
    """A reaction to a review that has been called (`reacting`): once, whatever is edited or published again."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("review", "key"), name="reviews_reaction_once"),)

    def __str__(self) -> str:
        return f"{self.key} {self.review_id}"
