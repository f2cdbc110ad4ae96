"""Why a conversation came to an agent, in words: "speaks Swedish, had room (1 of 4)"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# code: the sentence's part. What stands in it comes with the reasons.
PARTS = {
    "segment": gettext_noop("the customer belongs to “%(segment)s”"),
    "known": gettext_noop("knows the customer"),
    "skills": gettext_noop("knows about %(skills)s"),
    "language": gettext_noop("speaks %(language)s"),
    "team": gettext_noop("is in the team %(team)s"),
    "least": gettext_noop("had least to do"),
    "turn": gettext_noop("was next in turn"),
    "room": gettext_noop("had room (%(taken)s of %(most)s)"),
}
LANGUAGES = {"fi": gettext_noop("Finnish"), "sv": gettext_noop("Swedish"), "en": gettext_noop("English")}


def words(why: Mapping[str, Any]) -> str:
    """In the active language. `why`: {"because": [codes], "segment", "skills", "language", "team", "taken", "most"}.

    Codes of a newer version are left out.
    """
    language = why.get("language", "")
    values = {**why, "language": _(LANGUAGES[language]) if language in LANGUAGES else language}
    return ", ".join(_(PARTS[code]) % values for code in why.get("because", ()) if code in PARTS)
