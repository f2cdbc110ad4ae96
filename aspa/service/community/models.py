"""Questions and answers that everybody can read. `asking`, `answering`, `voting` and `following` write.

Others see what is published and nothing else (`published`); moderation alone writes a customer's `state`.
"""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.kit.ids import new_public_id
from aspa.service.moderation.states import State

LONGEST_TITLE = 150
LONGEST_TEXT = 10_000
LONGEST_NAME = 40


class Member(models.Model):
    """A customer as others see them: by a name of their own choosing, never by the one that customer service knows.

    `points`: five for each accepted answer, one for each vote.
    """

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+", primary_key=True)
    name = models.CharField(_("Name that others see"), max_length=LONGEST_NAME)
    points = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """`text` is Markdown, `html` what it became. A question of an erased person has neither, nor a title."""

    class Place(models.TextChoices):
        """Each is switched on by itself (`knowledge.Switch`)."""

        COMMUNITY = "community", _("Community")
        PRODUCT = "question", _("Product questions")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=10, choices=Place, default=Place.COMMUNITY)
    language = models.CharField(max_length=5)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField()
    # While it is published and nobody has answered, here or in a conversation.
    unanswered_since = models.DateTimeField(null=True)
    # Of those that are published.
    answer_count = models.PositiveIntegerField(default=0)
    vote_count = models.PositiveIntegerField(default=0)
    accepted = models.ForeignKey("community.Answer", null=True, on_delete=models.SET_NULL, related_name="+")
    # In which a team was asked, when nobody else answered.
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=("brand", "state", "language", "active_at", "id"), name="question_by_age"),
            models.Index(
                fields=("brand", "state", "language", "answer_count", "active_at", "id"), name="question_by_answers"
            ),
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(
                fields=("brand", "unanswered_since", "id"),
                condition=models.Q(unanswered_since__isnull=False),
                name="question_unanswered",
            ),
        )

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_blank(self) -> bool:
        """Its author was erased, and what others answered stays."""
        return not self.title

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60].strip("-") or "q"

    def url(self) -> str:
        return f"/help/{self.brand.slug}/{self.language}/community/q/{self.pk}/{self.slug}/"


class Selector(models.Model):
    """What a question is about: a product by its SKU, a topic, a model. The same words as articles use."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("Product")
        TOPIC = "topic", _("Topic")
        MODEL = "model", _("Model")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="selectors", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("question", "kind", "value"), name="question_selector_once"),)
        indexes = (models.Index(fields=("kind", "value"), name="question_selector_value"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Answer(models.Model):
    """A customer's (`contact`) or staff's (`agent`, with the name and title that were shown when it was written).

    `message`: the reply in the question's conversation that it was published from.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    staff_name = models.CharField(max_length=120, blank=True)
    staff_title = models.CharField(max_length=120, blank=True)
    message = models.OneToOneField(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    vote_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("question", "state", "id"), name="answer_of_question"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def is_staff(self) -> bool:
        return self.contact_id is None

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


class Vote(models.Model):
    """That somebody else's answer helped or, without one, that they wonder the same; one each."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+", db_index=False)
    answer = models.ForeignKey(Answer, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("question", "contact"), name="vote_in_question"),)
        constraints = (
            models.UniqueConstraint(
                fields=("question", "contact"), condition=models.Q(answer__isnull=True), name="vote_on_question_once"
            ),
            models.UniqueConstraint(fields=("answer", "contact"), name="vote_on_answer_once"),
        )

    def __str__(self) -> str:
        return f"vote {self.pk}"


class Follow(models.Model):
    """Somebody who gets a letter when the question is answered."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("question", "contact"), name="question_follow_once"),)

    def __str__(self) -> str:
        return f"follow {self.pk}"


class Picture(models.Model):
    """A picture under a question or an answer, encoded anew. Shown to whoever may see that. Staff's has no `contact`."""

    question = models.ForeignKey(Question, null=True, on_delete=models.CASCADE, related_name="pictures")
    answer = models.ForeignKey(Answer, null=True, on_delete=models.CASCADE, related_name="pictures")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    file = models.FileField(upload_to="community/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id
