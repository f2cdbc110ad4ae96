"""Admins set Aspa up over HTTP; whoever may not, meets a closed door and changes nothing."""

from __future__ import annotations

import io
import re

import pytest
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.core import mail
from django.test import Client
from PIL import Image

from aspa.core.conversations.models import Label, Reason
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Role, Team
from aspa.kit.tasks import run_pending
from aspa.service.writing.models import CannedReply
from aspa.web.shell.models import two_step_required
from tests.cast import PASSWORD, Cast

PAGES = [
    "company/", "audit/", "brands/", "brands/new/", "inboxes/", "inboxes/new/webchat/", "mail/", "blocks/", "agents/", "agents/new/",
    "duty/", "duty/new/", "routing/", "teams/", "teams/new/", "roles/", "roles/new/", "labels/", "reasons/", "canned/",
    "canned/new/",
]  # fmt: skip
OWN_PAGES = ["", "me/", "me/safety/"]


def as_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def give(agent: Agent, *permissions: str, inbox: Inbox | None = None) -> Role:
    role = Role.objects.create(name=f"Rooli {Role.objects.count()}", permissions=list(permissions))
    Grant.objects.create(agent=agent, role=role, inbox=inbox)
    return role


def picture(kind: str = "PNG") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (900, 300), "#1c5d4d").save(file, kind)
    file.name = f"picture.{kind.lower()}"
    file.seek(0)
    return file


@pytest.mark.parametrize("page", PAGES + OWN_PAGES)
def test_the_owner_opens_every_page(cast: Cast, page: str) -> None:
    answer = as_agent(cast.ada).get(f"/settings/{page}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<style" not in text
    assert ' style="' not in text
    assert "<script>" not in text
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_pages_of_single_things(cast: Cast) -> None:
    label = Label.objects.create(brand=cast.brand, name="Toimitus")
    reason = Reason.objects.create(brand=cast.brand, name="Palautus")
    reply = CannedReply.objects.create(shortcut="hei", title="Hei", body="Hei!")
    single = [
        f"brands/{cast.brand.pk}/", f"inboxes/{cast.inbox.pk}/", f"agents/{cast.ben.pk}/", f"teams/{cast.team.pk}/",
        f"roles/{cast.answering.pk}/", f"labels/{label.pk}/", f"reasons/{reason.pk}/", f"canned/{reply.pk}/",
    ]  # fmt: skip
    for page in single:
        assert as_agent(cast.ada).get(f"/settings/{page}").status_code == 200, page


def test_a_profile_with_a_picture_drawn_anew(cast: Cast) -> None:
    client = as_agent(cast.ben)
    sent = {
        "name": "Ben Berg",
        "title": "Asiantuntija",
        "alias": "Benkku",
        "language": "sv",
        "new_picture": picture("JPEG"),
    }
    assert client.post("/settings/me/", sent).status_code == 302
    ben = Agent.objects.get(pk=cast.ben.pk)
    assert (ben.public_name, ben.language) == ("Benkku", "sv")
    shown = Client().get(ben.picture.url)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(shown.content)) as kept:
        assert kept.size == (256, 256)
    old = ben.picture.url
    client.post("/settings/me/", {"name": "Ben Berg", "language": "en", "remove_picture": "on"})
    assert not Agent.objects.get(pk=ben.pk).picture
    assert Client().get(old).status_code == 404


@pytest.mark.parametrize(
    "content", [b"<svg onload='alert(1)'/>", b"<html><script>1</script>", b"", b"GIF89a" + b"\0" * 9]
)
def test_a_picture_that_isnt_one_is_refused(cast: Cast, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "face.png"
    answer = as_agent(cast.ben).post("/settings/me/", {"name": "Ben", "language": "en", "new_picture": file})
    assert answer.status_code == 422
    assert answer.context["form"].errors["new_picture"]
    assert not Agent.objects.get(pk=cast.ben.pk).picture


def test_a_profile_gives_no_rights(cast: Cast) -> None:
    as_agent(cast.ben).post(
        "/settings/me/", {"name": "Ben", "language": "en", "is_owner": "on", "email": "boss@aspa.example"}
    )
    ben = Agent.objects.get(pk=cast.ben.pk)
    assert (ben.is_owner, ben.email) == (False, "ben@aspa.example")


def test_a_brand_is_made_and_changed(cast: Cast) -> None:
    client = as_agent(cast.ada)
    sent = {
        "name": "Pyörä", "slug": "pyora", "colour": "#224488", "domains": "https://Shop.example/path\n*.pyora.example",
        "language": "fi", "timezone": "Europe/Helsinki", "reference_prefix": "P", "new_logo": picture(),
    }  # fmt: skip
    answer = client.post("/settings/brands/new/", sent)
    brand = Brand.objects.get(slug="pyora")
    assert answer["Location"] == f"/settings/brands/{brand.pk}/"
    assert brand.domains == ["shop.example", "*.pyora.example"]
    assert Client().get(brand.logo.url).status_code == 200
    bad = client.post(
        f"/settings/brands/{brand.pk}/", {**sent, "colour": "red", "domains": "no spaces!", "new_logo": ""}
    )
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"colour", "domains"}


def test_the_identity_secret_is_shown_once(cast: Cast) -> None:
    client = as_agent(cast.ada)
    old = cast.brand.identity_secret
    page = f"/settings/brands/{cast.brand.pk}/"
    assert old not in client.get(page).content.decode()
    answer = client.post(f"{page}secret")
    new = Brand.objects.get(pk=cast.brand.pk).identity_secret
    assert new != old
    assert new in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert new not in client.get(page).content.decode()


def test_an_inbox_keeps_what_its_channel_asks(cast: Cast) -> None:
    client = as_agent(cast.ada)
    sent = {
        "brand": cast.brand.pk,
        "name": "Kassa",
        "team": cast.team.pk,
        "is_active": "on",
        "channel-headline": "Moi!",
    }
    answer = client.post("/settings/inboxes/new/webchat/", sent)
    inbox = Inbox.objects.get(name="Kassa")
    assert answer["Location"] == f"/settings/inboxes/{inbox.pk}/"
    assert inbox.settings["headline"] == "Moi!"
    page = client.get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    assert f"data-inbox=&quot;{inbox.public_id}&quot;" in page
    assert f"/widget/preview/{inbox.public_id}/" in page
    assert client.get("/settings/inboxes/new/telepathy/").status_code == 404


def test_an_inbox_does_not_change_its_brand(cast: Cast) -> None:
    sent = {"brand": cast.other_brand.pk, "name": "Chat", "team": "", "is_active": "on"}
    as_agent(cast.ada).post(f"/settings/inboxes/{cast.inbox.pk}/", sent)
    assert Inbox.objects.get(pk=cast.inbox.pk).brand_id == cast.brand.pk


def test_settings_of_one_inbox_open_that_one_only(cast: Cast) -> None:
    give(cast.ben, Role.Permission.SETTINGS, inbox=cast.inbox)
    client = as_agent(cast.ben)
    assert client.get("/settings/inboxes/").status_code == 200
    assert client.get(f"/settings/inboxes/{cast.inbox.pk}/").status_code == 200
    assert client.get(f"/settings/inboxes/{cast.other_inbox.pk}/").status_code == 404
    assert client.get("/settings/inboxes/new/webchat/").status_code == 403
    assert client.get("/settings/brands/").status_code == 403


def test_an_agent_is_invited_and_comes_in(cast: Cast) -> None:
    client = as_agent(cast.ada)
    about = {
        "name": "Eve Ek", "email": "Eve@Aspa.example", "title": "", "language": "sv", "teams": [cast.team.pk],
        "role": cast.answering.pk, "inbox": cast.inbox.pk,
    }  # fmt: skip
    answer = client.post("/settings/agents/new/", about)
    shown = answer.context["link"]
    assert shown in answer.content.decode()
    assert not mail.outbox, "a slow mail server holds up nobody"
    assert run_pending() == 1
    (letter,) = mail.outbox
    assert letter.to == ["eve@aspa.example"]
    (sent,) = re.findall(r"http://localhost:8000(\S+)", letter.body)
    eve = Agent.objects.get(email="eve@aspa.example")
    assert not eve.has_usable_password()
    assert list(eve.teams.all()) == [cast.team]
    assert Grant.objects.get(agent=eve).inbox == cast.inbox
    visitor = Client()
    assert "password1" in Client().get(shown.removeprefix("http://localhost:8000"), follow=True).content.decode()
    form = visitor.get(sent)["Location"]
    visitor.post(form, {"password1": "uusi-alku-kahville", "password2": "uusi-alku-kahville"})
    answer = visitor.post("/account/login/", {"login": "eve@aspa.example", "password": "uusi-alku-kahville"})
    assert answer["Location"] == "/desk/"


def test_an_address_is_invited_once(cast: Cast) -> None:
    sent = {"name": "Ben again", "email": "BEN@aspa.example", "language": "fi"}
    answer = as_agent(cast.ada).post("/settings/agents/new/", sent)
    assert answer.status_code == 422
    assert Agent.objects.count() == 3


def test_turning_an_account_off_ends_its_sessions(cast: Cast) -> None:
    ben = Client()
    ben.post("/account/login/", {"login": cast.ben.email, "password": PASSWORD})
    assert ben.get("/settings/me/").status_code == 200
    as_agent(cast.ada).post(f"/settings/agents/{cast.ben.pk}/active", {"active": "no"})
    assert not Agent.objects.get(pk=cast.ben.pk).is_active
    assert ben.get("/settings/me/").status_code == 302
    assert not UserSession.objects.filter(user=cast.ben).exists()
    as_agent(cast.ada).post(f"/settings/agents/{cast.ben.pk}/active", {"active": "yes"})
    assert Agent.objects.get(pk=cast.ben.pk).is_active


def test_the_last_owner_stays(cast: Cast) -> None:
    client = as_agent(cast.ada)
    client.post(f"/settings/agents/{cast.ada.pk}/active", {"active": "no"})
    answer = client.post(f"/settings/agents/{cast.ada.pk}/", {"name": "Ada", "email": cast.ada.email, "language": "en"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["is_owner"]
    ada = Agent.objects.get(pk=cast.ada.pk)
    assert (ada.is_active, ada.is_owner) == (True, True)


def test_an_owner_may_step_down_when_another_stays(cast: Cast) -> None:
    Agent.objects.filter(pk=cast.ben.pk).update(is_owner=True)
    as_agent(cast.ada).post(
        f"/settings/agents/{cast.ada.pk}/", {"name": "Ada", "email": cast.ada.email, "language": "en"}
    )
    assert not Agent.objects.get(pk=cast.ada.pk).is_owner


def test_nobody_raises_themselves(cast: Cast) -> None:
    give(cast.ben, Role.Permission.AGENTS)
    powerful = Role.objects.create(name="Kaikki", permissions=[str(one) for one in Role.Permission.values])
    client = as_agent(cast.ben)
    own = f"/settings/agents/{cast.ben.pk}/"
    assert client.post(f"{own}grants", {"role": powerful.pk}).status_code == 403
    client.post(own, {"name": "Ben", "email": cast.ben.email, "language": "en", "is_owner": "on"})
    assert not Agent.objects.get(pk=cast.ben.pk).is_owner
    # Nor through a role of their own, a new role, or a friend.
    mine = Role.objects.get(grants__agent=cast.ben, grants__inbox=None)
    assert (
        client.post(f"/settings/roles/{mine.pk}/", {"name": "R", "permissions": ["settings.manage"]}).status_code == 403
    )
    assert client.post("/settings/roles/new/", {"name": "R", "permissions": ["settings.manage"]}).status_code == 422
    assert client.post(f"/settings/roles/{powerful.pk}/remove").status_code == 403
    friend = {"name": "F", "email": "f@aspa.example", "language": "fi", "role": powerful.pk}
    assert client.post("/settings/agents/new/", friend).status_code == 422
    assert not Agent.objects.filter(email="f@aspa.example").exists()


@pytest.mark.parametrize("door", ["", "link", "grants", "active", "two-step/end", "sessions/end"])
def test_an_admin_does_not_rule_over_an_owner_or_somebody_who_may_more(cast: Cast, door: str) -> None:
    give(cast.ben, Role.Permission.AGENTS)
    give(cast.cy, Role.Permission.SETTINGS)
    for above in (cast.ada, cast.cy):
        answer = as_agent(cast.ben).post(f"/settings/agents/{above.pk}/{door}", {"email": "ben+takes@aspa.example"})
        assert answer.status_code == 403
    assert mail.outbox == []
    assert Agent.objects.get(pk=cast.ada.pk).email == "ada@aspa.example"


def test_a_role_is_given_in_one_inbox_and_taken_away(cast: Cast) -> None:
    client = as_agent(cast.ada)
    client.post(f"/settings/agents/{cast.cy.pk}/grants", {"role": cast.answering.pk, "inbox": cast.inbox.pk})
    grant = Grant.objects.get(agent=cast.cy, inbox=cast.inbox)
    # Another agent's grant isn't taken away through this agent's page.
    assert client.post(f"/settings/agents/{cast.ben.pk}/grants/{grant.pk}/end").status_code == 404
    client.post(f"/settings/agents/{cast.cy.pk}/grants/{grant.pk}/end")
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_teams_words_and_replies(cast: Cast) -> None:
    client = as_agent(cast.ada)
    client.post("/settings/teams/new/", {"name": "Laskutus", "members": [cast.ben.pk]})
    assert list(Team.objects.get(name="Laskutus").members.all()) == [cast.ben]
    client.post("/settings/labels/", {"brand": cast.brand.pk, "name": "Kiire"})
    twice = client.post("/settings/labels/", {"brand": cast.brand.pk, "name": "Kiire"})
    assert (twice.status_code, Label.objects.count()) == (422, 1)
    client.post("/settings/reasons/", {"brand": cast.brand.pk, "name": "Palautus"})
    assert Reason.objects.get().name == "Palautus"
    reply = {
        "title": "Kiitos",
        "shortcut": "kiitos",
        "body": "Kiitos, {{contact.first_name|ystävä}}!",
        "language": "fi",
    }
    assert client.post("/settings/canned/new/", reply).status_code == 302
    wrong = client.post("/settings/canned/new/", {**reply, "shortcut": "k2", "body": "{{contact.password}}"})
    assert wrong.status_code == 422
    assert CannedReply.objects.count() == 1


def test_canned_replies_open_to_those_who_edit_them(cast: Cast) -> None:
    give(cast.ben, Role.Permission.CANNED)
    assert as_agent(cast.ben).get("/settings/canned/").status_code == 200
    assert as_agent(cast.ben).get("/settings/labels/").status_code == 403


def test_the_rule_of_two_steps_is_set_by_whoever_may(cast: Cast) -> None:
    assert as_agent(cast.cy).post("/settings/company/", {"two_step_required": "on"}).status_code == 403
    assert not two_step_required()
    as_agent(cast.ada).post("/settings/company/", {"two_step_required": "on"})
    assert two_step_required()


def test_the_audit_log_tells_who_did_what_and_no_secrets(cast: Cast) -> None:
    client = as_agent(cast.ada)
    secret = Brand.objects.get(pk=cast.brand.pk).identity_secret
    client.post(f"/settings/brands/{cast.brand.pk}/secret")
    client.post(f"/settings/teams/{cast.team.pk}/", {"name": "Ystävät", "members": [cast.ben.pk]})
    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "uusi-alku-24-x", "password2": "uusi-alku-24-x"},
    )
    kept = str(list(LogEntry.objects.values_list("changes", flat=True)))
    assert secret not in kept
    assert Brand.objects.get(pk=cast.brand.pk).identity_secret not in kept
    assert "argon2" not in kept
    page = client.get("/settings/audit/").content.decode()
    assert "Ystävät" in page
    assert "Ada Aalto" in page
    assert "•••" in page


def test_the_audit_log_is_read_page_by_page(cast: Cast) -> None:
    for number in range(60):
        Label.objects.create(brand=cast.brand, name=f"Lappu {number}")
    client = as_agent(cast.ada)
    newest = client.get("/settings/audit/")
    older = client.get("/settings/audit/", {"before": newest.context["older"]})
    assert "Lappu 59" in newest.content.decode()
    assert "Lappu 59" not in older.content.decode()
    assert client.get("/settings/audit/", {"before": "9" * 40}).status_code == 200
    assert client.get("/settings/audit/", {"before": "x"}).status_code == 200


def mailbox(cast: Cast) -> dict[str, str]:
    return {
        "brand": str(cast.brand.pk), "name": "Posti", "is_active": "on", "channel-address": "support@villa.example",
        "channel-incoming": "none", "channel-outgoing": "smtp", "channel-smtp_host": "127.0.0.1", "channel-smtp_port": "1",
        "channel-smtp_security": "tls", "channel-smtp_user": "u", "channel-smtp_password": "hyvin salainen",
    }  # fmt: skip


def test_a_mail_inbox_keeps_its_password_to_itself(cast: Cast) -> None:
    client = as_agent(cast.ada)
    page = client.get("/settings/inboxes/new/email/").content.decode()
    assert "data-when" in page
    answer = client.post("/settings/inboxes/new/email/", mailbox(cast))
    inbox = Inbox.objects.get(name="Posti")
    assert answer["Location"] == f"/settings/inboxes/{inbox.pk}/"
    assert inbox.settings["smtp_password"] == "hyvin salainen"
    assert "salainen" not in client.get(answer["Location"]).content.decode()

    wrong = client.post(answer["Location"], mailbox(cast) | {"channel-address": "?"})
    assert wrong.status_code == 422
    assert "salainen" not in wrong.content.decode()

    client.post(answer["Location"], mailbox(cast) | {"channel-smtp_password": "", "channel-footer": "Villa Oy"})
    inbox.refresh_from_db()
    assert (inbox.settings["smtp_password"], inbox.settings["footer"]) == ("hyvin salainen", "Villa Oy")


def test_what_a_check_sees_is_shown(cast: Cast) -> None:
    client = as_agent(cast.ada)
    client.post("/settings/inboxes/new/email/", mailbox(cast))
    inbox = Inbox.objects.get(name="Posti")
    address = f"/settings/inboxes/{inbox.pk}/checks/connection"
    assert f'hx-post="{address}"' in client.get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    seen = client.post(address)
    assert "127.0.0.1 takes no connections on port 1." in seen.content.decode()
    assert "salainen" not in seen.content.decode()
    assert client.get(address).status_code == 405
    assert client.post(f"/settings/inboxes/{inbox.pk}/checks/luck").status_code == 404
    assert client.post(f"/settings/inboxes/{cast.inbox.pk}/checks/connection").status_code == 404
    assert as_agent(cast.cy).post(address).status_code == 403


def test_a_signature_is_ones_own(cast: Cast) -> None:
    client = as_agent(cast.ben)
    client.post("/settings/me/", {"name": "Ben Berg", "language": "en", "signature": "Takkineuvoja\nVilla"})
    cast.ben.refresh_from_db()
    assert cast.ben.signature.splitlines() == ["Takkineuvoja", "Villa"]
    assert "Takkineuvoja" in client.get("/settings/me/").content.decode()
