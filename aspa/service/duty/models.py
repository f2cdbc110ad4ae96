"""Who is on duty in turn, and what became of the calls."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Message, Reason
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent
from aspa.service.duty.words import default_words

MINUTES = (MinValueValidator(1), MaxValueValidator(240))


class Rota(models.Model):
    """A named rota of a brand, or (`brand` empty) of all brands that have none of their own."""

    class Turn(models.TextChoices):
        WEEK = "week", _("A week")
        DAY = "day", _("A day")

    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand")
    )
    name = models.CharField(_("name"), max_length=80)
    turn = models.CharField(_("length of a turn"), max_length=4, choices=Turn, default=Turn.WEEK)
    # Monday is 0; of a week's turn.
    weekday = models.PositiveSmallIntegerField(_("the turn changes on"), choices=list(WEEKDAYS.items()), default=0)
    handover = models.TimeField(_("hour of the handover"), default=dt.time(9))
    # The turn in which this local date lies is the first member's.
    starts_on = models.DateField(_("the first one begins on"))
    accept_minutes = models.PositiveSmallIntegerField(
        _("minutes to accept a call"), default=10, validators=MINUTES,
        help_text=_("Then the second line is called, then all of the rota, then the owners."),
    )  # fmt: skip
    alone_minutes = models.PositiveSmallIntegerField(
        _("minutes alone in open hours"), default=5, validators=MINUTES,
        help_text=_("How long an urgent message waits for the team before the person on duty is called."),
    )  # fmt: skip
    calls_an_hour = models.PositiveSmallIntegerField(
        _("calls an hour to one person"), default=4, validators=(MinValueValidator(1), MaxValueValidator(60)),
        help_text=_("What comes on top of these is told as a number in one alert."),
    )  # fmt: skip
    # By language, as `urgency.found` reads them: {"fi": ["kiireelli*", …], …}
    words = models.JSONField(_("urgent words"), default=default_words)
    reasons = models.ManyToManyField(Reason, related_name="+", blank=True, verbose_name=_("urgent reasons"))

    class Meta:
        ordering = ("brand__name", "name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.brand.timezone if self.brand else settings.TIME_ZONE)


class Line(models.IntegerChoices):
    """Who is called first, and who when that person doesn't answer."""

    FIRST = 1, _("First line")
    SECOND = 2, _("Second line")


class Member(models.Model):
    """An agent's place in a line of the rota; the turns go by `place`."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="members")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("agent"))
    line = models.PositiveSmallIntegerField(_("line"), choices=Line, default=Line.FIRST)
    place = models.PositiveIntegerField(_("place"))

    class Meta:
        ordering = ("line", "place", "id")
        constraints = (models.UniqueConstraint(fields=("rota", "agent", "line"), name="rota_member_once"),)

    def __str__(self) -> str:
        return f"{self.agent} ({self.rota})"


class StandIn(models.Model):
    """Somebody has the duty from an instant to another, whosever turn it is. The newest one counts.

    A shift that is handed over counts when the colleague has accepted it.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Asked")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="stand_ins")
    line = models.PositiveSmallIntegerField(_("line"), choices=Line, default=Line.FIRST)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    # Whose shift it was; empty when an administrator set it.
    offered_by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("instead of")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACCEPTED)

    class Meta:
        ordering = ("start", "id")
        constraints = (models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="stand_in_has_length"),)

    def __str__(self) -> str:
        return f"{self.agent} ({self.rota})"


class Call(models.Model):
    """An urgent message that somebody is called for. A conversation has one at a time."""

    class State(models.TextChoices):
        # Open hours: the team is given some minutes first.
        WAITING = "waiting", _("Waiting for the team")
        CALLED = "called", _("Nobody has taken it yet")
        ACCEPTED = "accepted", _("Taken")
        # It was answered, ended or seen by the team before anybody had to take it.
        OVER = "over", _("Settled")

    class Level(models.IntegerChoices):
        NOBODY = 0, _("Nobody")
        FIRST = 1, _("On duty")
        SECOND = 2, _("Second line")
        ROTA = 3, _("All of the rota")
        OWNERS = 4, _("Owners")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    rota = models.ForeignKey(Rota, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    # The urgent word as it was written, or the name of the reason.
    why = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.NOBODY)
    # Since when nobody was there (open hours), then since when it has been called.
    since = models.DateTimeField()
    # When the next ones are called; empty when there is nobody further.
    due_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # Accepted or over.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("conversation",), condition=Q(settled_at__isnull=True), name="call_once_at_a_time"
            ),
        )
        indexes = (
            models.Index(fields=("conversation", "since"), name="call_of_conversation"),
            models.Index(fields=("due_at",), condition=Q(settled_at__isnull=True), name="call_live"),
        )

    def __str__(self) -> str:
        return f"call {self.pk}: {self.state}"

    @property
    def is_live(self) -> bool:
        return self.settled_at is None


class Ring(models.Model):
    """That one person was called for one call. `is_counted`: too many in an hour, so told with others as a number."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="rings")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("call", "agent"), name="ring_once"),)
        indexes = (models.Index(fields=("agent", "made_at"), name="ring_of_agent"),)

    def __str__(self) -> str:
        return f"ring {self.pk} of call {self.call_id}"
