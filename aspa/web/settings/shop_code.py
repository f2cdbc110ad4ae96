"""What a shop's programmer copies."""

from __future__ import annotations

from django.conf import settings

from aspa.core.inboxes.models import Brand

SIGNING = """\
import time

import jwt

token = jwt.encode(
    {{
        "sub": customer.id,  # who it is in your shop
        "email": customer.email,
        "name": customer.name,
        "aud": "{audience}",
        "exp": int(time.time()) + 3600,  # at most 24 hours ahead
    }},
    ASPA_IDENTITY_SECRET,
    algorithm="HS256",
)
# then, in the chat's script tag: data-identity="<the token>"
"""


def hours_lines(brand: Brand) -> str:
    """The lines that show the brand's opening hours on a page."""
    script = f'<script type="module" src="{settings.ASPA_URL}/hours/{brand.slug}.js"></script>'
    return f"<div data-aspa-hours></div>\n{script}"


def signing_example(brand: Brand) -> str:
    """How the shop says who its signed-in customer is."""
    return SIGNING.format(audience=brand.slug)
