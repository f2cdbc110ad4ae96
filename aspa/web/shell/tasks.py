"""Letters of the sign-in pages, sent after the page is answered."""

from __future__ import annotations

import json

from django.core.mail import EmailMessage

from aspa.kit import secrets
from aspa.kit.tasks import task


@task(retries=4, backoff=10)
def send_letter(sealed: str) -> None:
    """`sealed` is the encrypted JSON of EmailMessage's arguments: in such a letter is a link that opens the account."""
    EmailMessage(**json.loads(secrets.decrypt(sealed))).send()
