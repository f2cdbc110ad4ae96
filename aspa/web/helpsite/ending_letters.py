"""The page to which a link in a letter leads that ends such letters, without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.web.helpsite.showing import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest


def page(
    request: HelpRequest, end: Callable[[], None] | None, *, heading: str, about: object, done: str
) -> HttpResponse:
    """`end` ends the letters about `about`; None when they have ended already. Looking at the page ends nothing: mail
    programs look at links, too."""
    if end is not None and request.method == "POST":
        end()
    values = {"heading": heading, "about": about, "done": done, "is_done": end is None or request.method == "POST"}
    return shown(request, "helpsite/no_more_letters.html", values, alternates={}, index=False, fresh=True)
