"""What can become of something that a customer published, and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Others see what is PUBLISHED and nothing else. `HELD` waits for its first decision."""

    HELD = "held", _("Held")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")


class Why(models.TextChoices):
    """Why something was held instead of published."""

    RULE = "rule", _("Everything is looked at first")
    NEWCOMER = "newcomer", _("A newcomer")
    LINK = "link", _("Links")
    PERSONAL = "personal", _("Personal data")
    WORD = "word", _("A word that is kept out")
    FLOOD = "flood", _("A flood")
    REPEAT = "repeat", _("The same text again")
    REPORTED = "reported", _("Reported by readers")
    AGAIN = "again", _("Written anew after a decision")
    SHUT_OUT = "shut_out", _("The author is shut out")


class Reason(models.TextChoices):
    """Why a reader reports something, and why staff hides or removes it."""

    SPAM = "spam", _("Advertising or spam")
    RUDE = "rude", _("Rude or hurtful")
    PERSONAL = "personal", _("Somebody's personal data")
    WRONG = "wrong", _("Wrong or dangerous")
    ELSEWHERE = "elsewhere", _("Doesn't belong here")
    OTHER = "other", _("Something else")


class Action(models.TextChoices):
    PUBLISH = "publish", _("Publish")
    HIDE = "hide", _("Hide")
    REMOVE = "remove", _("Remove")


LEADS_TO = {Action.PUBLISH: State.PUBLISHED, Action.HIDE: State.HIDDEN, Action.REMOVE: State.REMOVED}
