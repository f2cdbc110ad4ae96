"""Mail in the running installation of the browser tests: letters that have arrived, and where ours would go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testing.installation import Installation

SCRIPT = """
import django, json, sys; django.setup()
from types import SimpleNamespace
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact, Role, Team
from aspa.kit import clock
from tests import letters
given = json.loads(sys.argv[1])
brand = Brand.objects.get(slug="villa")
cast = SimpleNamespace(brand=brand, ben=Agent.objects.get(email="ben@aspa.example"), team=Team.objects.first(),
    answering=Role.objects.first())
cast.dee = Contact.objects.create(brand=brand, name=given["name"], language="fi", created_at=clock.now())
inbox = Inbox.objects.filter(channel="email").first() or letters.mail_inbox(cast)
inbox.settings = inbox.settings | given["settings"]
inbox.save()
conversation = letters.thread(cast, inbox, subject=given["subject"])
for one in given["letters"]:
    letters.letter(conversation, inbox, one.pop("text"), **one)
print(conversation.pk)
"""


def arrived(
    server: Installation, *letters: dict[str, Any], name: str = "Dee Dahl", subject: str = "My parcel", **settings: Any
) -> str:
    """The desk's page of a conversation with these letters; `settings` are the mail inbox's from now on."""
    given = {"letters": letters, "name": name, "subject": subject, "settings": settings}
    return f"/desk/conversations/{int(server.run(SCRIPT, json.dumps(given)))}/?view=all"
