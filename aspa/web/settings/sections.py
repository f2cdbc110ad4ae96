"""The pages of the settings, in the order in which they stand at the side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.access import Permission, reach

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """`permission` is needed everywhere, or only in some inbox; empty: the agent's own page."""

    url: str
    name: str | Promise
    icon: str
    about: str | Promise
    permission: str = ""
    in_some_inbox: bool = False

    def is_open_to(self, agent: Agent) -> bool:
        if not self.permission:
            return True
        mine = reach(agent)
        return mine.may_anywhere(self.permission) if self.in_some_inbox else mine.may(self.permission)


GROUPS: list[tuple[str | Promise, list[Section]]] = [
    (
        _("You"),
        [
            Section("settings:me", _("Profile"), "circle-user", _("Name, picture and language")),
            Section("settings:safety", _("Signing in"), "shield-check", _("Password, two steps and sessions")),
        ],
    ),
    (
        _("Where customers write"),
        [
            Section("settings:brands", _("Brands"), "palette", _("Names, colours, web addresses"), Permission.SETTINGS),
            Section(
                "settings:inboxes", _("Inboxes"), "inbox", _("Channels and who answers them"), Permission.SETTINGS, True
            ),
            Section(
                "settings:mail_queue",
                _("Mail that failed"),
                "triangle-alert",
                _("Kept as it came, to be tried again"),
                Permission.SETTINGS,
                True,
            ),
            Section("settings:blocks", _("Blocklist"), "ban", _("Whose mail is spam"), Permission.SETTINGS),
        ],
    ),
    (
        _("Serving"),
        [
            Section(
                "settings:routing",
                _("Routing"),
                "arrow-right-left",
                _("Who gets which conversation"),
                Permission.SETTINGS,
                True,
            ),
            Section(
                "settings:sla",
                _("Service levels"),
                "alarm-clock",
                _("How soon customers are answered"),
                Permission.SETTINGS,
            ),
            Section(
                "settings:bots",
                _("Bot"),
                "bot",
                _("What answers first, and how it hands over"),
                Permission.SETTINGS,
                True,
            ),
            Section("settings:duty", _("Duty"), "bell", _("Who is called when it is urgent"), Permission.SETTINGS),
            Section(
                "settings:endings",
                _("Endings"),
                "archive",
                _("How conversations ended, and what silence does"),
                Permission.SETTINGS,
                True,
            ),
            Section(
                "settings:carts",
                _("Carts"),
                "shopping-cart",
                _("When they are offered again, and what comes of it"),
                Permission.SETTINGS,
            ),
        ],
    ),
    (
        _("How it went"),
        [
            Section(
                "settings:honesty",
                _("Honesty"),
                "chart-column",
                _("Whether somebody was there in the opening hours"),
                Permission.SETTINGS,
                True,
            ),
            Section(
                "settings:helping",
                _("Help before a contact"),
                "book-open",
                _("What came of the articles that were shown"),
                Permission.SETTINGS,
            ),
            Section(
                "settings:promises", _("Promises"), "clock", _("Whether they were kept, by team"), Permission.SETTINGS
            ),
        ],
    ),
    (
        _("Your customers"),
        [
            Section(
                "settings:shops",
                _("Shops"),
                "shopping-cart",
                _("Orders and customers from your other systems"),
                Permission.SETTINGS,
            ),
            Section(
                "settings:custom_fields",
                _("Custom fields"),
                "bookmark",
                _("What you want to know of customers"),
                Permission.SETTINGS,
            ),
            Section(
                "settings:segments",
                _("Segments"),
                "users",
                _("Customers of whom the same holds, and their personas"),
                Permission.SETTINGS,
                True,
            ),
            Section(
                "settings:identification",
                _("Identification"),
                "shield-check",
                _("Where customers show who they are"),
                Permission.SETTINGS,
            ),
            Section(
                "settings:privacy",
                _("Privacy"),
                "shield-check",
                _("Consents, how long things are kept, what is where"),
                Permission.PRIVACY,
            ),
        ],
    ),
    (
        _("People"),
        [
            Section("settings:agents", _("Agents"), "user", _("Invitations and roles"), Permission.AGENTS),
            Section("settings:teams", _("Teams"), "users", _("Who works together"), Permission.SETTINGS),
            Section("settings:roles", _("Roles"), "key-round", _("What each may do"), Permission.AGENTS),
        ],
    ),
    (
        _("Words"),
        [
            Section(
                "settings:canned",
                _("Canned replies"),
                "message-square-quote",
                _("Sentences one key away"),
                Permission.CANNED,
            ),
            Section("settings:labels", _("Labels"), "tag", _("For sorting conversations"), Permission.SETTINGS),
            Section(
                "settings:reasons", _("Reasons"), "circle-question-mark", _("Why customers write"), Permission.SETTINGS
            ),
        ],
    ),
    (
        _("Company"),
        [
            Section("settings:company", _("Safety"), "lock", _("Rules for signing in"), Permission.SETTINGS),
            Section(
                "settings:api_keys",
                _("API"),
                "key-round",
                _("Keys for your own systems"),
                Permission.SETTINGS,
            ),
            Section("settings:audit", _("Audit log"), "list", _("Who changed what"), Permission.SETTINGS),
        ],
    ),
]


def open_to(agent: Agent) -> list[tuple[str | Promise, list[Section]]]:
    """The groups with the pages that the agent may open; none is empty."""
    found = [(name, [section for section in sections if section.is_open_to(agent)]) for name, sections in GROUPS]
    return [(name, sections) for name, sections in found if sections]
