"""Long lists in the settings, the newest first; `settings_pages/pages.html` leads from page to page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model

from aspa.kit.ids import row_id

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.web.settings.doors import AgentRequest

Row = TypeVar("Row", bound=Model)


def newest_first(request: AgentRequest, rows: QuerySet[Row], most: int) -> tuple[list[Row], dict[str, Any]]:
    """The page that is asked for, and what that template is given. `?before=`: rows that were made before that one."""
    before = row_id(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: most + 1])
    return found[:most], {"older": found[most - 1].pk if len(found) > most else None, "newest": before is None}
