"""What moderation does a while later."""

from __future__ import annotations

from aspa.core.people.models import Contact
from aspa.kit.tasks import task
from aspa.service.moderation import telling


@task(retries=3, backoff=60)
def tell_author(contact_id: int) -> None:
    contact = Contact.objects.filter(pk=contact_id, erased_at=None).select_related("brand").first()
    if contact is not None:
        telling.tell(contact)
