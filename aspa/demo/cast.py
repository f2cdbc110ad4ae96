"""Who is in the demo: two brands, their people, and what they keep ready. All invented."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.auth.hashers import make_password

from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Company, Role, Team
from aspa.demo.dialogues import dialogues
from aspa.service.writing.models import CannedReply

PASSWORD = "villasukat-lampimat"
P = Role.Permission

ROLES: dict[str, list[str]] = {
    "Ylläpito": [permission.value for permission in P],
    "Vuorovastaava": [P.READ, P.REPLY, P.MODERATE, P.CANNED],
    "Palvelija": [P.READ, P.REPLY],
}
# e-mail name: name, title, alias, language, role, team, brands
AGENTS: dict[str, tuple[str, str, str, str, str, str, tuple[str, ...]]] = {
    "aino": ("Aino Lehto", "Asiakaspalvelija", "", "fi", "Palvelija", "Asiakaspalvelu", ("villa",)),
    "ville": ("Ville Hakala", "Vuorovastaava", "", "fi", "Vuorovastaava", "Asiakaspalvelu", ("villa", "kaisla")),
    "sofia": ("Sofia Lindqvist", "Kundrådgivare", "", "sv", "Palvelija", "Asiakaspalvelu", ("villa", "kaisla")),
    "noora": ("Noora Vainio", "Asiakaspalvelija", "Nuppu", "fi", "Palvelija", "Asiakaspalvelu", ("villa",)),
    "eetu": ("Eetu Kallio", "Pyörämekaanikko", "", "fi", "Palvelija", "Huolto", ("kaisla",)),
    "helena": ("Helena Salmi", "Palvelupäällikkö", "", "fi", "Ylläpito", "Asiakaspalvelu", ("villa", "kaisla")),
}
BRANDS: dict[str, dict[str, Any]] = {
    "villa": {"name": "Villa & Vakka", "slug": "villa-vakka", "colour": "#1c5d4d", "reference_prefix": "A"},
    "kaisla": {"name": "Pyöräpaja Kaisla", "slug": "kaisla", "colour": "#9a3b1f", "reference_prefix": "K"},
}
# The workshop asks first, the shop doesn't: both ways can be seen.
QUESTIONS: dict[str, str] = {
    "headline": "Terve! Mitä pyörälle kuuluu?",
    "ask_name": "required",
    "ask_email": "optional",
    "question": "Mistä on kyse?",
    "choices": "Huoltoajan varaus\nHuolto kesken\nTuotteet\nMuu asia",
}
COMPANIES = {"villa": ("Kutomo Kaarna Oy", "Majatalo Usva Ky"), "kaisla": ("Tilitoimisto Rivi Oy", "Lähetti Viuhu Oy")}

CANNED = (
    (None, "fi", "hei", "Tervehdys", "Hei {{contact.first_name|sinä}}, täällä {{agent.first_name}}. Katsotaan tämä kuntoon."),
    (None, "sv", "hej", "Hälsning", "Hej {{contact.first_name|du}}, det här är {{agent.first_name}}. Vi ordnar det här."),
    (None, "en", "hello", "Greeting", "Hello {{contact.first_name|there}}, this is {{agent.first_name}}. Let me sort this out."),
    (None, "fi", "kiitos", "Kiitos yhteydenotosta",
     "Kiitos viestistä, {{contact.first_name|hyvä asiakas}}! Jos jotain tulee vielä mieleen, kirjoita tähän samaan keskusteluun."),
    (None, "fi", "numero", "Viitenumero", "Asiasi numero on {{conversation.reference}}. Sillä löydämme sen heti."),
    ("villa", "fi", "palautus", "Palautusohje",
     "Palautus on maksuton 30 päivän ajan. Tulosta lappu tilausvahvistuksen linkistä ja vie paketti mihin tahansa Postin pisteeseen."),
    ("villa", "sv", "retur", "Returanvisning",
     "Returen är gratis i 30 dagar. Skriv ut lappen via länken i orderbekräftelsen och lämna paketet på posten."),
    ("villa", "en", "return", "How to return",
     "Returns are free for 30 days. Print the slip from the link in your order confirmation and drop the parcel at any post office."),
    ("villa", "fi", "pesu", "Villan pesu",
     "Villa pestään villaohjelmalla, enintään 30 astetta ja 600 kierrosta, ja kuivataan tasolla. Useimmiten riittää tuuletus ulkona."),
    ("villa", "fi", "toimitus", "Toimitusaika", "Tilaukset lähtevät arkisin klo 15 mennessä ja ovat perillä 2–4 arkipäivässä."),
    ("kaisla", "fi", "huolto", "Perushuollon sisältö",
     "Perushuoltoon (69 €) kuuluvat vaihteiden ja jarrujen säätö, ketjun puhdistus ja voitelu, pulttien kiristys ja koeajo."),
    ("kaisla", "sv", "service", "Basservice",
     "I basservicen (69 €) ingår justering av växlar och bromsar, rengjord och smord kedja, åtdragning och en provtur."),
)  # fmt: skip


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
    }
    agents = _agents(teams, inboxes)
    _canned(brands)
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
        for inbox in served:
            Grant.objects.create(agent=agent, role=roles[role], inbox=inboxes[inbox])
        agents[key] = agent
    return agents


def _canned(brands: dict[str, Brand]) -> None:
    CannedReply.objects.bulk_create(
        CannedReply(brand=brands[key] if key else None, language=language, shortcut=shortcut, title=title, body=body)
        for key, language, shortcut, title, body in CANNED
    )


def _reasons(brands: dict[str, Brand]) -> dict[tuple[str, str], Reason]:
    names = sorted({(key, d.reason) for key in brands for d in _dialogues(key) if d.reason})
    made = Reason.objects.bulk_create(Reason(brand=brands[key], name=name) for key, name in names)
    return dict(zip(names, made, strict=True))


def _labels(brands: dict[str, Brand]) -> dict[tuple[str, str], Label]:
    names = sorted({(key, label) for key in brands for d in _dialogues(key) for label in d.labels})
    made = Label.objects.bulk_create(Label(brand=brands[key], name=name) for key, name in names)
    return dict(zip(names, made, strict=True))


def _dialogues(key: str) -> tuple[Any, ...]:
    return dialogues(key) + (dialogues("today") if key == "villa" else ())
