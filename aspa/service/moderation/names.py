"""Names under which customers publish: none that others would take for staff's or the brand's."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

# What would pass for staff, or for an address.
_PRETENDS = re.compile(
    r"@|://|www\.|asiakaspalvelu|kundtj[aä]nst|customer ?service|\b(?:admin|staff|support|aspa)\b", re.IGNORECASE
)
# Letters that look like ours (https://www.unicode.org/reports/tr39/#Confusable_Detection), as far as ours need them.
_ALIKE = str.maketrans("авекмнорстухіјѕԁɡαβεικνορτυχ", "abekmhopctyxijsdgabeikvoptyx")
# They are drawn as nothing, though Unicode calls them letters or signs.
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_APART = re.compile(r"[\W_]+")


def must_be_own(name: str, brand: Brand) -> None:
    """Raises Refused for a name that looks like the brand's or its staff's, however it is written."""
    seen = _as_seen(name)
    if not seen.strip():
        raise Refused(_("Choose the name that others see."), code="name")
    if _PRETENDS.search(seen) or _APART.sub("", seen) == _APART.sub("", _as_seen(brand.name)):
        raise Refused(_("That name could be taken for somebody else’s. Choose another one."), code="name")


def _as_seen(name: str) -> str:
    """By what the eye tells: without what isn't drawn, in small letters of one alphabet."""
    drawn = "".join(letter for letter in _BLANK.sub("", name) if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", drawn).casefold().translate(_ALIKE)
