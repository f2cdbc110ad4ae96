"""What a search found, as its templates show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aspa.core.conversations.models import Conversation, Message
from aspa.service.search.asking import OPERATORS, STATES, THINGS, Operator, spelling
from aspa.web.desk.rows import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aspa.service.search.asking import Hint
    from aspa.service.search.finding import Found, Hit

# The sign of whose words the snippet is, where they aren't the customer's.
SIGNS = {Message.Kind.NOTE: "lock", Message.Kind.REPLY: "corner-up-left", "bot": "bot"}


def shown(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    return [
        {
            "row": hit.row,
            "href": address(hit.row.pk) + (f"#m-{hit.message_id}" if hit.message_id else ""),
            "snippet": hit.snippet,
            "sign": SIGNS.get(hit.kind, ""),
            "is_note": hit.kind == Message.Kind.NOTE,
            "at": hit.at,
            "state": Conversation.Status(hit.row.status).label,
        }
        for hit in hits
    ]


def search_terms() -> dict[str, str]:
    """The operators and their values as the agent's language writes them, by their English names."""
    tables: tuple[Mapping[Any, Mapping[str, str]], ...] = (THINGS, STATES, OPERATORS)
    return {str(key): _written(names) for table in tables for key, names in table.items()}


def hints(found: Found) -> list[str]:
    """What wasn't understood as it looks, in sentences."""
    return [*map(_not_understood, found.question.hints), *map(_unknown, found.unknown)]


def _not_understood(hint: Hint) -> str:
    if hint.operator is None:
        return _("“%(word)s:” is no search term here, so it was looked for as words.") % {"word": hint.written}
    named = {"word": hint.written, "operator": _written(OPERATORS[hint.operator]), "choices": _choices(hint.operator)}
    return _("“%(word)s” is nothing that %(operator)s: knows, so it was looked for as a word. Try %(choices)s.") % named


def _choices(operator: Operator) -> str:
    match operator:
        case Operator.IS:
            return ", ".join(map(_written, STATES.values()))
        case Operator.HAS:
            return ", ".join(map(_written, THINGS.values()))
    return "2026-11-05, 5.11.2026, 11/2026, 7d"


def _unknown(hint: Hint) -> str:
    operator = _written(OPERATORS[hint.operator]) if hint.operator else ""
    return _("Nobody and nothing that you see is called “%(name)s” (%(operator)s:).") % {
        "name": hint.written,
        "operator": operator,
    }


def _written(spellings: Mapping[str, str]) -> str:
    """As the agent's language writes it."""
    return spelling(spellings, (get_language() or "en")[:2])
