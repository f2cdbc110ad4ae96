"""For how long authors may put right what they have written. Deleting it they always may.

What others have read, answered and voted on for long shouldn't come to say something else.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock

# Of comments and answers.
WORDS = dt.timedelta(days=1)
# What one thinks of a product changes with its use.
OPINION = dt.timedelta(days=365)


def may_edit(written_at: dt.datetime, within: dt.timedelta = WORDS) -> bool:
    return clock.now() < written_at + within


def must_be_editable(written_at: dt.datetime, within: dt.timedelta = WORDS) -> None:
    """Raises Refused."""
    if not may_edit(written_at, within):
        raise Refused(_("This can’t be edited any more. You can delete it and write it anew."), code="too_late")
