"""Names under which customers publish, as the eye sees them."""

from __future__ import annotations

import pytest

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import Brand
from aspa.service.moderation import names

pytestmark = pytest.mark.once
VILLA = Brand(name="Villa & Vakka", slug="villa")


@pytest.mark.parametrize(
    "name",
    [
        "Asiakaspalvelu", "Asiakaspal\u200bvelu", "\u0410si\u0430k\u0430sp\u0430lvelu", "Ａsiakaspalvelu", "Kundtjänst", "Aspa",
        "villa & vakka", "Villa&Vakka", "Villa\u00ad & Vakka", "Vill\u0430 - Vakk\u0430", "\u3164\u3164", "\u200b", "www.halpa", "a@b",
    ],
)  # fmt: skip
def test_nobody_takes_the_shops_name(name: str) -> None:
    with pytest.raises(Refused):
        names.must_be_own(name, VILLA)


@pytest.mark.parametrize(
    "name", ["Dee", "Villa", "Анна К.", "Aspasia", "Åsa Supportersson", "🧶", "李明", "Vakka Villanen"]
)
def test_everybody_has_their_own(name: str) -> None:
    names.must_be_own(name, VILLA)
