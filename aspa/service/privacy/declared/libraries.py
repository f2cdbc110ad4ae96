"""Tables of the libraries that we stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlog.models import LogEntry
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Contact, Identity
from aspa.kit.tasks.models import Job
from aspa.service.privacy.declaring import DELETE, Basis, Blank, declare, nothing_personal

if TYPE_CHECKING:
    from django.db.models import QuerySet

# A name of two letters would be found in everything.
SHORTEST = 5


def _words_of(contact_ids: list[int]) -> set[str]:
    """What names the person, as it could stand in a log."""
    values = Identity.objects.filter(contact__in=contact_ids).values_list("value", flat=True)
    names = Contact.objects.filter(pk__in=contact_ids).values_list("name", flat=True)
    return {word for word in (*values, *names) if len(word) >= SHORTEST}


def _entries(contact_ids: list[int]) -> QuerySet[LogEntry]:
    """The settings' log tells of our own people; a customer can stand in it as an entry of the blocklist, say."""
    naming = Q()
    for word in _words_of(contact_ids):
        naming |= Q(object_repr__icontains=word) | Q(changes__icontains=word) | Q(additional_data__icontains=word)
    return LogEntry.objects.filter(naming) if naming else LogEntry.objects.none()


def _failed_tasks(contact_ids: list[int]) -> QuerySet[Job]:
    """A task's arguments are numbers, but what went wrong may quote the person."""
    naming = Q()
    for word in _words_of(contact_ids):
        naming |= Q(error__icontains=word) | Q(args__icontains=word)
    return Job.objects.filter(naming) if naming else Job.objects.none()


declare(
    "auditlog.LogEntry",
    _("Log of changed settings"),
    of=_entries,
    fields={"timestamp": _("When"), "changes": _("Details")},
    erased=DELETE,
    purpose=_("To know who changed what"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
declare(
    "tasks.Job",
    _("Tasks that wait or have failed"),
    of=_failed_tasks,
    fields={"created_at": _("When")},
    erased=Blank({"error": "…"}),
    purpose=_("To do what is to be done afterwards"),
    basis=Basis.INTEREST,
    kept=_("Until it is done"),
)
nothing_personal("tasks.Schedule", because=_("When tasks run."))
nothing_personal(
    "account.EmailAddress",
    "account.EmailConfirmation",
    "mfa.Authenticator",
    "usersessions.UserSession",
    "sessions.Session",
    "auth.Permission",
    "auth.Group",
    "auth.Group_permissions",
    because=_("How our own people sign in."),
)
nothing_personal("contenttypes.ContentType", "django_migrations", because=_("What tables there are."))
# The task queue on PostgreSQL: numbers and names of tasks, no words.
nothing_personal(
    "procrastinate.ProcrastinateJob",
    "procrastinate.ProcrastinateEvent",
    "procrastinate.ProcrastinatePeriodicDefer",
    "procrastinate.ProcrastinateWorker",
    because=_("Tasks: their names, numbers and times."),
)
