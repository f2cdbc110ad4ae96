"""A copy of what was sent, in a folder of the mailbox: for those who also look there with a mail program."""

from __future__ import annotations

from aspa.channels.email.arriving import imap
from aspa.channels.email.models import Letter
from aspa.channels.email.sending.addressing import recipients_of
from aspa.channels.email.sending.composing import compose
from aspa.channels.email.sending.threads import place_of
from aspa.channels.email.settings import of
from aspa.core.conversations.models import Message
from aspa.kit.tasks import task

SEEN = "\\Seen"


@task(retries=8, backoff=60)
def keep(message_id: int) -> None:
    """Put it there, once. A mailbox that is away is tried again; the message itself has long gone."""
    found = Message.objects.for_contact().filter(pk=message_id, letter__isnull=False)
    message = found.select_related("inbox__brand", "conversation__contact", "conversation__brand", "agent").first()
    if message is None:
        return
    settings = of(message.inbox)
    if not settings.sent_folder:
        return
    letter = Letter.objects.get(message=message)
    recipients = recipients_of(message, settings)
    mail = compose(message, settings, recipients, place_of(message, settings, known=letter.mail_id))
    if recipients.bcc:
        mail["Bcc"] = ", ".join(recipients.bcc)
    with imap.connect(message.inbox_id, settings) as mailbox:
        mailbox.folder.set(settings.sent_folder)
        if not mailbox.uids(f'HEADER Message-ID "{letter.mail_id}"', charset=None):
            mailbox.append(mail.as_bytes(), settings.sent_folder, dt=message.created_at, flag_set=[SEEN])
