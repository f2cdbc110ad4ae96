"""Files of articles that aren't for everybody: their addresses are lent, for hours, to whoever may read the article.

A page shows its pictures by addresses alone: the widget's reader has no cookie of ours, and the help site's is for its own
path. So the address itself says, signed, until when it opens the file.
"""

from __future__ import annotations

import re

from django.core.signing import BadSignature, Signer
from django.utils.safestring import SafeString, mark_safe

from aspa.kit import clock
from aspa.service.knowledge.media import ADDRESS
from aspa.service.knowledge.models import Version

PARAMETER = "lent"
# Addresses change so often, so that pages stay the same meanwhile; each opens its file for one to two of these.
SPAN = 12 * 3600
_SOURCE = re.compile(rf'(?<=\bsrc="){ADDRESS.pattern}(?=")')
_signer = Signer(salt="aspa.knowledge.lent")


def readable(version: Version) -> SafeString:
    """The version's html for somebody who may read it."""
    if version.article.audience == "all":
        return mark_safe(version.html)  # noqa: S308 (cleaned when it was published)
    return mark_safe(_SOURCE.sub(lambda found: lent(found.group()), version.html))  # noqa: S308


def lent(address: str) -> str:
    """The address of a file as it opens for now."""
    until = (int(clock.now().timestamp()) // SPAN + 2) * SPAN
    name = address.rpartition("/")[2]
    return f"{address}?{PARAMETER}={_signer.sign(f'{name}:{until}').partition(':')[2]}"


def is_lent(name: str, word: str) -> bool:
    """`word`: what the address says besides the file's name."""
    try:
        until = _signer.unsign(f"{name}:{word}").rpartition(":")[2]
    except BadSignature:
        return False
    return int(until) > clock.now().timestamp()
