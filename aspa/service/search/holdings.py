"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import nothing_personal
from aspa.service.search import engine

nothing_personal(
    "search.Asking",
    "search.Dirty",
    "search.Entry",
    "search.State",
    "search.Synonyms",
    "search.Term",
    *engine.tables("search_entry"),
    because=_(
        "What is published, found again; questions are kept without addresses and numbers, and without who asked."
    ),
)
# Made when messages are first indexed on PostgreSQL; on SQLite it is a file.
nothing_personal(
    "search_messages",
    "search_messages_1",
    "search_messages_1_day",
    because=_("The words of messages, to find them by: made of them, and changed and erased with them."),
)
