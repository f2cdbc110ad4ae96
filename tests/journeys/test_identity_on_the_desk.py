"""What agents see and do of who a customer is: asking, identification data, merging; and who mustn't."""

from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from aspa.core.conversations import own_page
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Contact, Identity, Role
from aspa.kit import clock
from aspa.service.merging.models import Merge
from aspa.service.timeline import timeline
from aspa.service.verification import codes
from aspa.service.verification.models import Challenge, Fact, Identification, Look, Provider
from aspa.web.customers import urls
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db

HETU = "131052-308T"


@pytest.fixture
def sam(cast: Cast, conversation: Conversation) -> Contact:
    return says(cast.inbox, "Hei", who="sam").conversation.contact


@pytest.fixture
def provider(cast: Cast) -> Provider:
    return Provider.objects.create(brand=cast.brand, name="Testipankki", issuer="https://t.example", client_id="villa")


def claims(contact: Contact, value: str, **more: object) -> Identity:
    return Identity.objects.create(
        brand=contact.brand, contact=contact, kind="email", value=value, created_at=clock.now(), **more
    )


def panel(client: Client, conversation: Conversation) -> str:
    at = f"/customers/{conversation.contact_id}/panel?conversation={conversation.pk}"
    return client.get(at, headers={"HX-Request": "true"}).content.decode()


def kyc_for(cast: Cast) -> None:
    role = Role.objects.create(name="Tunnistustiedot", permissions=[Role.Permission.KYC, Role.Permission.READ])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)


def test_asked_from_the_conversation_and_shown_beside_it(
    cast: Cast, conversation: Conversation, provider: Provider
) -> None:
    ben, theirs = signed_in(cast.ben), claims(conversation.contact, "dee@post.example")
    shown = panel(ben, conversation)
    assert "dee@post.example" in shown
    assert "Testipankki" in shown
    at = f"/customers/conversations/{conversation.pk}/"
    assert ben.post(at + "code", {"identity": theirs.pk}).status_code == 204
    assert ben.post(at + "identification", {"provider": provider.pk}).status_code == 204
    assert Challenge.objects.get().asked_by == cast.ben
    asked = Identification.objects.get()
    assert f"Ask to prove {theirs.value}" not in panel(ben, conversation)
    Identification.objects.filter(pk=asked.pk).update(state="done", level="Korotettu taso", finished_at=clock.now())
    assert "Korotettu taso" in panel(ben, conversation)
    titles = {line.entry.title for line in timeline.page(cast.ben, conversation.contact).lines}
    assert "Asked to prove d…@post.example" in titles
    assert ben.post(at + "code", {"identity": "²"}).status_code == 404


def test_identification_data_is_for_few_and_every_look_is_a_row(cast: Cast, conversation: Conversation) -> None:
    dee, ben = conversation.contact, signed_in(cast.ben)
    Fact.objects.create(contact=dee, key="identity_code", value=HETU, at=clock.now())
    data = f"/customers/{dee.pk}/identification-data"
    for address in (data, data + "/look", data + "/change"):
        assert {ben.get(address).status_code, ben.post(address).status_code} <= {403, 405}
    assert "Identification data" not in panel(ben, conversation)
    assert not Look.objects.exists()

    kyc_for(cast)
    ben = signed_in(type(cast.ben).objects.get(pk=cast.ben.pk))
    assert "Identification data" in panel(ben, conversation)
    assert HETU not in panel(ben, conversation) + ben.get(data).content.decode()
    assert not Look.objects.exists(), "knowing that there is something is no look"
    assert HETU in ben.post(data + "/look").content.decode()
    look = Look.objects.get()
    assert (look.agent, look.contact, look.keys) == (cast.ben, dee, ["identity_code"])
    assert cast.ben.name in ben.get(data).content.decode()

    assert ben.post(data + "/change", {"identity_code": "131052-3089", "name": "Dee"}).status_code == 409
    assert not Fact.objects.filter(key="name").exists()
    assert ben.post(data + "/change", {"identity_code": HETU, "name": "Dee Doris"}).status_code == 204
    assert Look.objects.filter(what="changed").get().keys == ["name"], "what stays as it is was not changed"
    stored = _as_stored()
    assert HETU not in stored
    assert "Doris" not in stored
    for page in (f"/desk/?q={HETU}", f"/desk/search?q={HETU}", f"/customers/{dee.pk}/", "/desk/rows?view=all"):
        html = ben.get(page).content.decode()
        # What was looked for is told again: in the address, in its field and as the page's title.
        for asked in (f"q={HETU}", f'value="{HETU}"', f"<title>{HETU}"):
            html = html.replace(asked, "")
        assert HETU not in html


def _as_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM verification_fact")
        return str(cursor.fetchall())


def test_merging_needs_proof_or_a_supervisors_reason(cast: Cast, conversation: Conversation, sam: Contact) -> None:
    dee = conversation.contact
    plain = Role.objects.create(name="Vastaaja", permissions=[Role.Permission.READ, Role.Permission.REPLY])
    Grant.objects.filter(agent=cast.ben).update(role=plain)
    for contact in (dee, sam):
        claims(contact, "dee@post.example")
    ben, ada = signed_in(cast.ben), signed_in(cast.ada)
    assert "both have told it" in panel(ben, conversation)
    compare = f"/customers/{dee.pk}/same/{sam.pk}/"
    assert "supervisor" in ben.get(compare).content.decode()
    assert ben.post(compare, {"reason": "I just know"}).status_code == 409
    assert not Merge.objects.exists()
    assert ada.post(compare, {"reason": ""}).status_code == 409
    assert ada.post(compare, {"reason": "Called both"}).status_code == 204
    made = Merge.objects.get()
    assert (made.source, made.target, made.reason, made.by) == (sam, dee, "Called both", cast.ada)
    assert "Called both" in panel(ben, conversation)
    undo = f"/customers/{dee.pk}/merges/{made.pk}/undo"
    assert ben.post(undo).status_code == 403
    assert ada.post(f"/customers/{sam.pk}/merges/{made.pk}/undo").status_code == 404
    assert ada.post(undo).status_code == 204
    assert ada.post(undo).status_code == 409
    found = ada.get(f"/customers/{dee.pk}/same", {"with": "SAM"}).content.decode()
    assert f"same/{sam.pk}/" in found
    assert ben.post(f"/customers/{dee.pk}/same/{sam.pk}/difference").status_code == 204
    assert "both have told it" not in panel(ben, conversation)


def test_outsiders_find_nobody(cast: Cast, conversation: Conversation, sam: Contact, provider: Provider) -> None:
    cy, dee = signed_in(cast.cy), conversation.contact
    theirs = says(cast.other_inbox, "Hei", who="uma").conversation
    identity = claims(dee, "dee@post.example")
    made = Merge.objects.create(source=sam, target=dee, by=cast.ada, at=clock.now(), proof="reason")
    numbers = {"contact_id": dee.pk, "conversation_id": conversation.pk, "other_id": sam.pk, "merge_id": made.pk}
    ours = (
        "ask_code",
        "ask_identification",
        "kyc",
        "kyc_look",
        "kyc_save",
        "find_same",
        "compare",
        "different",
        "unmerge",
    )
    seen = 0
    for pattern in urls.urlpatterns:
        if pattern.name in ours:
            named = {one: numbers[one] for one in pattern.pattern.converters}
            path = reverse(f"customers:{pattern.name}", kwargs=named)
            assert {cy.get(path).status_code, cy.post(path).status_code} - {405} == {404}, path
            assert {Client().get(path).status_code, Client().post(path).status_code} - {405} == {302}, path
            seen += 1
    assert seen == len(ours)
    # His own customer with the shop's things.
    at = f"/customers/conversations/{theirs.pk}/"
    assert cy.post(at + "code", {"identity": identity.pk}).status_code == 404
    assert cy.post(at + "identification", {"provider": provider.pk}).status_code == 404
    own = theirs.contact_id
    assert cy.post(f"/customers/{own}/same/{dee.pk}/", {"reason": "mine"}).status_code == 404
    assert cy.post(f"/customers/{own}/merges/{made.pk}/undo").status_code == 404
    for words in ("dee@post.example", dee.name):
        assert "Nobody of this brand" in cy.get(f"/customers/{own}/same", {"with": words}).content.decode()
    assert not (Challenge.objects.exists() or Identification.objects.exists() or Look.objects.exists())
    assert not mail.outbox


def test_the_customer_tells_the_code_on_their_own_page(cast: Cast, conversation: Conversation) -> None:
    page, customer = f"/c/{own_page.token(conversation)}/", Client()
    assert b"code" not in customer.get(page).content.split(b"<main")[1].split(b"Write to us")[0]
    challenge = codes.ask(conversation, claims(conversation.contact, "dee@post.example"), by=cast.ben)
    codes.send(challenge_id=challenge.pk)
    code = mail.outbox[-1].body.split("Your code is ")[1][:7]
    assert "d…@post.example" in customer.get(page).content.decode()
    wrong = customer.post(page + "code/", {"code": "000 00x"})
    assert "code_wrong" in wrong["Location"]
    told = customer.post(page + "code/", {"code": code})
    assert "confirmed" in customer.get(told["Location"]).content.decode()
    assert Identity.objects.get(value="dee@post.example").is_verified
    assert "code_nothing" in customer.post(page + "code/", {"code": code})["Location"]


def test_a_provider_is_set_up_and_its_secrets_never_shown(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    form = {
        "brand": cast.brand.pk, "name": "Pankki tai mobiili", "issuer": "https://127.0.0.1:1", "client_id": "villa",
        "new_secret": "erittain-salainen", "security": "secret", "scopes": "openid", "subject_claim": "sub",
        "level_lines": "http://ftn.ficora.fi/2017/loa2 = Korotettu taso\nurn:x=y = Toinen", "claim_name": "name",
        "is_active": "on",
    }  # fmt: skip
    assert ada.post("/settings/identification/new/", {**form, "new_secret": ""}).status_code == 422
    assert ada.post("/settings/identification/new/", {**form, "level_lines": "vain nimi"}).status_code == 422
    saved = ada.post("/settings/identification/new/", form)
    provider = Provider.objects.get()
    assert provider.levels == [["http://ftn.ficora.fi/2017/loa2", "Korotettu taso"], ["urn:x=y", "Toinen"]]
    assert (provider.claims, provider.client_secret) == ({"name": "name"}, "erittain-salainen")
    page = ada.get(saved["Location"]).content.decode()
    assert "salainen" not in page
    assert "/identify/return/" in page
    moved = {**form, "new_secret": "", "issuer": "https://evil.example"}
    assert ada.post(saved["Location"], moved).status_code == 422
    assert ada.post(saved["Location"], {**form, "new_secret": "", "security": "keys"}).status_code == 302
    provider.refresh_from_db()
    assert provider.client_secret == "erittain-salainen"
    page = ada.get(saved["Location"]).content.decode()
    assert "RSA-OAEP-256" in page
    private = provider.private_keys["keys"][0]["d"]
    logged = str(list(LogEntry.objects.values_list("changes", flat=True)))
    for secret in ("erittain-salainen", private, provider.subject_key):
        assert secret not in page
        assert secret not in logged
    assert ada.post(f"/settings/identification/{provider.pk}/remove").status_code == 302
    assert not Provider.objects.exists()
