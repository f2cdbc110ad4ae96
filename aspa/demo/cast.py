"""Who is in the demo: two brands, their people, and what they keep ready. All invented."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.auth.hashers import make_password

from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Company, Role, Team
from aspa.demo.dialogues import Dialogue, canned, dialogues
from aspa.kit import clock
from aspa.service.duty.models import Line, Member, Rota
from aspa.service.routing.models import Ability
from aspa.service.sla import editing
from aspa.service.sla.models import Policy
from aspa.service.writing.models import CannedReply

PASSWORD = "villasukat-lampimat"  # noqa: S105 (printed at every start, and good for the demo alone)
P = Role.Permission

ROLES: dict[str, list[str]] = {
    "Ylläpito": [permission.value for permission in P],
    "Vuorovastaava": [P.READ, P.REPLY, P.MODERATE, P.CANNED, P.CONTENT, P.COMMUNITY],
    "Asiakaspalvelija": [P.READ, P.REPLY],
}
# e-mail name: name, title, alias, language, role, team, brands
AGENTS: dict[str, tuple[str, str, str, str, str, str, tuple[str, ...]]] = {
    "aino": ("Aino Lehto", "Asiakaspalvelija", "", "fi", "Asiakaspalvelija", "Asiakaspalvelu", ("villa",)),
    "ville": ("Ville Hakala", "Vuorovastaava", "", "fi", "Vuorovastaava", "Asiakaspalvelu", ("villa", "kaisla")),
    "sofia": ("Sofia Lindqvist", "Kundrådgivare", "", "sv", "Asiakaspalvelija", "Asiakaspalvelu", ("villa", "kaisla")),
    "noora": ("Noora Vainio", "Asiakaspalvelija", "Nuppu", "fi", "Asiakaspalvelija", "Asiakaspalvelu", ("villa",)),
    "eetu": ("Eetu Kallio", "Pyörämekaanikko", "", "fi", "Asiakaspalvelija", "Huolto", ("kaisla",)),
    "helena": ("Helena Salmi", "Palvelupäällikkö", "", "fi", "Ylläpito", "Asiakaspalvelu", ("villa", "kaisla")),
}
BRANDS: dict[str, dict[str, Any]] = {
    "villa": {"name": "Villa & Vakka", "slug": "villa-vakka", "colour": "#1c5d4d", "reference_prefix": "A"},
    "kaisla": {"name": "Pyöräpaja Kaisla", "slug": "kaisla", "colour": "#9a3b1f", "reference_prefix": "K"},
}
# The workshop asks first, the shop doesn't: both ways can be seen.
QUESTIONS: dict[str, str] = {
    "ask_name": "required",
    "ask_email": "optional",
    "question": "Mistä on kyse? / Vad gäller det?",
    "choices": "Ajanvaraus / Bokning\nHuolto kesken / Pågående service\nTuotteet / Produkter\nMuu asia / Annat",
}
# Where the shop's customers write; the demo's own mail server takes what is answered.
POST_ADDRESS = "tuki@villavakka.example"
POST: dict[str, Any] = {"address": POST_ADDRESS, "incoming": "none", "footer": "Villa & Vakka · Kirkkokatu 8, Oulu"}
# On the shop's page for those who would rather write at length; answered by mail.
FORM: dict[str, Any] = {
    "heading": "Kirjoita meille / Skriv till oss",
    "topics": "Tilaus ja toimitus / Beställning och leverans\nVaihto tai palautus / Byte eller retur\nMuu asia / Annat",
    "ask_order": "optional",
}
# In minutes of opening time; the first that fits counts.
SERVICE_LEVELS: dict[str, dict[str, Any]] = {
    "Kiireelliset": {"priorities": [1, 2], "first_reply": 30, "next_reply": 60},
    "Kaupan chat": {"inboxes": ("villa",), "first_reply": 120, "next_reply": 240},
    "Kaikki muut": {"first_reply": 720, "next_reply": 720, "resolution": 4320},
}
# Who is called by turns when it is urgent and nobody is there, a week each.
ON_DUTY = {Line.FIRST: ("noora", "aino", "sofia"), Line.SECOND: ("ville",)}
# The demo's days are busy: with the usual room for live chats it would begin full.
LIVE_CHATS = 8
COMPANIES = {"villa": ("Kutomo Kaarna Oy", "Majatalo Usva Ky"), "kaisla": ("Tilitoimisto Rivi Oy", "Lähetti Viuhu Oy")}


@dataclasses.dataclass(frozen=True)
class Cast:
    """Everybody by the short names used above."""

    brands: dict[str, Brand]
    inboxes: dict[str, Inbox]
    agents: dict[str, Agent]
    agent_brands: dict[str, tuple[str, ...]]
    teams: dict[str, Team]
    companies: dict[str, list[Company]]
    reasons: dict[tuple[str, str], Reason]
    labels: dict[tuple[str, str], Label]


def gather(shop_host: str) -> Cast:
    """Write everybody into an empty database; the brands' chats may be shown on `shop_host` ("localhost:8080")."""
    teams = {name: Team.objects.create(name=name) for name in ("Asiakaspalvelu", "Huolto")}
    brands = {key: Brand.objects.create(domains=[shop_host], **fields) for key, fields in BRANDS.items()}
    inboxes = {
        "villa": Inbox.objects.create(
            brand=brands["villa"], name="Kaupan chat", channel="webchat", team=teams["Asiakaspalvelu"]
        ),
        "kaisla": Inbox.objects.create(
            brand=brands["kaisla"], name="Pajan chat", channel="webchat", team=teams["Huolto"], settings=QUESTIONS
        ),
        "post": Inbox.objects.create(
            brand=brands["villa"], name="Tuki", channel="email", team=teams["Asiakaspalvelu"], settings=POST
        ),
        "form": Inbox.objects.create(
            brand=brands["villa"], name="Lomake", channel="form", team=teams["Asiakaspalvelu"], settings=FORM
        ),
    }
    agents = _agents(teams, inboxes)
    _canned(brands)
    _service_levels(inboxes, agents)
    _duty(brands["villa"], agents)
    return Cast(
        brands=brands,
        inboxes=inboxes,
        agents=agents,
        agent_brands={key: fields[6] for key, fields in AGENTS.items()},
        teams=teams,
        companies={
            key: [Company.objects.create(brand=brands[key], name=name) for name in names]
            for key, names in COMPANIES.items()
        },
        reasons=_reasons(brands),
        labels=_labels(brands),
    )


def email(key: str) -> str:
    return f"{key}@villavakka.example"


def _service_levels(inboxes: dict[str, Inbox], agents: dict[str, Agent]) -> None:
    for name, fields in SERVICE_LEVELS.items():
        chosen = [inboxes[key].pk for key in fields.get("inboxes", ())]
        editing.add(Policy(**{**fields, "name": name, "inboxes": chosen, "escalate_agent": agents["ville"]}))


def _duty(brand: Brand, agents: dict[str, Agent]) -> None:
    rota = Rota.objects.create(brand=brand, name="Iltapäivystys", starts_on=clock.now().date())
    for line, names in ON_DUTY.items():
        for place, name in enumerate(names):
            Member.objects.create(rota=rota, agent=agents[name], line=line, place=place)


def _agents(teams: dict[str, Team], inboxes: dict[str, Inbox]) -> dict[str, Agent]:
    roles = {name: Role.objects.create(name=name, permissions=permissions) for name, permissions in ROLES.items()}
    # One hash for all: making one is slow on purpose.
    password = make_password(PASSWORD)
    agents = {}
    for key, (name, title, alias, language, role, team, served) in AGENTS.items():
        agent = Agent.objects.create(
            email=email(key), name=name, title=title, alias=alias, language=language, password=password,
            is_owner=role == "Ylläpito",
        )  # fmt: skip
        teams[team].members.add(agent)
        for inbox in (*served, *(["post", "form"] if "villa" in served else [])):
            Grant.objects.create(agent=agent, role=roles[role], inbox=inboxes[inbox])
        Ability.objects.create(agent=agent, live_room=LIVE_CHATS, languages=sorted({language, "fi"}))
        agents[key] = agent
    return agents


def _canned(brands: dict[str, Brand]) -> None:
    CannedReply.objects.bulk_create(
        CannedReply(brand=brands.get(key), language=language, shortcut=shortcut, title=title, body=body)
        for key, language, shortcut, title, body in canned()
    )


def _reasons(brands: dict[str, Brand]) -> dict[tuple[str, str], Reason]:
    names = sorted({(key, d.reason) for key in brands for d in _dialogues(key) if d.reason})
    made = Reason.objects.bulk_create(Reason(brand=brands[key], name=name) for key, name in names)
    return dict(zip(names, made, strict=True))


def _labels(brands: dict[str, Brand]) -> dict[tuple[str, str], Label]:
    names = sorted({(key, label) for key in brands for d in _dialogues(key) for label in d.labels})
    made = Label.objects.bulk_create(Label(brand=brands[key], name=name) for key, name in names)
    return dict(zip(names, made, strict=True))


def _dialogues(key: str) -> tuple[Dialogue, ...]:
    return dialogues(key) + (dialogues("today") if key == "villa" else ())
