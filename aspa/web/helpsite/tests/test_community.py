"""The community through its public doors: asked, answered, handed over; nothing that is held or hidden is seen anywhere."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from aspa.core.conversations import activities, attachments, delivery, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes import letters
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.kit.rates import Buckets
from aspa.kit.tasks import run_pending
from aspa.service.community import following, handing_over, published
from aspa.service.community.models import Answer, Follow, Member, Picture, Question
from aspa.service.hours.models import Hours
from aspa.service.knowledge import switches
from aspa.service.knowledge.models import Version
from aspa.service.moderation import deciding, floods
from aspa.service.moderation.models import HouseRules, Item
from aspa.service.moderation.rules import set_rules
from aspa.service.moderation.states import Action, Reason, State
from aspa.service.privacy import erasing
from aspa.service.privacy.models import Erasure
from aspa.service.search import content, indexing
from aspa.web.contact import stamps
from aspa.web.helpsite import guards, signed_in
from aspa.web.live import bodies
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in as at_the_desk
from tests.post import mail_server_is_away

pytestmark = pytest.mark.django_db

HOME = "/help/villa/fi/community/"
TITLE = "Miten villasukat pestään?"
WORD = "kutistumatta"
HOSTILE = "<script>alert(1)</script><style>*{display:none}</style><svg onload=alert(2)><img src=x onerror=alert(3)>"


@pytest.fixture(autouse=True)
def _settled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched on, and forms may be sent as fast as tests are."""
    for kind in ("community", "question"):
        switches.set_on(cast.brand, kind, is_on=True)
    monkeypatch.setattr(stamps, "QUICKEST", 0)
    for buckets in (guards._networks, guards._people, floods._networks, floods._people):
        monkeypatch.setattr(buckets, "take", lambda *_given, **_more: 0.0)


@pytest.fixture
def open_to_all(cast: Cast) -> None:
    set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.DOUBTFUL))


def as_reader(contact: Contact) -> Client:
    client, answer = Client(), HttpResponse()
    signed_in.remember(answer, contact.brand, contact, lives=signed_in.BY_CODE)
    client.cookies = answer.cookies
    return client


def another(cast: Cast, name: str) -> Contact:
    made = Contact.objects.create(brand=cast.brand, name=name, created_at=clock.now())
    value = f"{name.lower()}@home.example"
    times = {"verified_at": clock.now(), "created_at": clock.now()}
    Identity.objects.create(brand=cast.brand, contact=made, kind="email", value=value, verified_how="code", **times)
    return made


def form(purpose: str) -> dict[str, str]:
    return {"stamp": guards.new_stamp(purpose), "trap": ""}


def ask(client: Client, title: str = TITLE, text: str = f"Että ne säilyvät {WORD}.", **more: Any) -> HttpResponse:
    told = {**form("question"), "title": title, "text": text, "name": "Dee", "seen": "1", **more}
    return client.post(f"{HOME}ask/", told)  # type: ignore[return-value]


def answer(client: Client, question: Question, text: str, **more: Any) -> HttpResponse:
    told = {**form("answer"), "text": text, "name": "Eve", **more}
    return client.post(f"{HOME}q/{question.pk}/answer/", told)  # type: ignore[return-value]


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def asked(contact: Contact) -> Question:
    """A question of theirs that everybody sees."""
    assert ask(as_reader(contact)).status_code == 302
    return Question.objects.latest("pk")


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, kind)
    return held.getvalue()


def found(cast: Cast, words: str) -> list[str]:
    indexing.drain()
    return [hit.title for hit in content.search(cast.brand.pk, words, reader=content.Reader()).hits]


def test_a_question_is_held_decided_and_answered(cast: Cast) -> None:
    dee, stranger = as_reader(cast.dee), Client()
    assert stranger.get(f"{HOME}ask/").status_code == 302
    sent = ask(dee, pictures=[SimpleUploadedFile("a.jpg", picture(), "image/jpeg")])
    question = Question.objects.get()
    assert sent["Location"] == f"{question.url()}?said=held"
    shot = f"{HOME}p/{Picture.objects.get().public_id}.webp"

    # Nobody but its author sees anything of it.
    for path in (HOME, f"{HOME}?unanswered", "/help/villa/sitemap/community.xml"):
        assert "villasukat" not in text_of(stranger, path).lower()
    assert [stranger.get(path).status_code for path in (question.url(), shot)] == [404, 404]
    assert found(cast, TITLE) == []
    assert WORD in text_of(dee, question.url())
    assert dee.get(shot).status_code == 200
    assert "villasukat" in text_of(dee, f"{HOME}mine/")
    assert as_reader(another(cast, "Eve")).get(question.url()).status_code == 404

    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.PUBLISH)
    page = stranger.get(question.url())
    assert WORD in page.content.decode()
    assert "QAPage" not in page.content.decode()
    assert stranger.get(shot)["Content-Type"] == "image/webp"
    assert found(cast, TITLE) == [TITLE]
    assert "villasukat" in text_of(stranger, HOME)

    staff = at_the_desk(cast.ben)
    assert answer(staff, question, "Käsin, **haaleassa** vedessä.", **{"as": "staff"}).status_code == 302
    seen = text_of(stranger, question.url())
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', seen)[0])
    (suggested,) = data["mainEntity"]["suggestedAnswer"]
    assert (data["@type"], suggested["text"]) == ("QAPage", "Käsin, haaleassa vedessä.")
    assert "<strong>haaleassa</strong>" in seen
    assert "Ben Berg" in seen
    written = Answer.objects.get()
    assert answer(at_the_desk(cast.cy), question, "Ei kuulu sinulle", **{"as": "staff"}).status_code == 302
    assert Answer.objects.count() == 1
    dee.post(f"{HOME}a/{written.pk}/accept/")
    question.refresh_from_db()
    assert question.accepted_id == written.pk
    assert "acceptedAnswer" in text_of(stranger, question.url())

    # Hidden again: gone from everywhere.
    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.HIDE, reason=Reason.SPAM, words="Ei tänne.")
    assert found(cast, TITLE) == []
    assert [stranger.get(path).status_code for path in (question.url(), shot)] == [404, 404]
    assert "villasukat" not in text_of(stranger, HOME) + text_of(stranger, "/help/villa/sitemap/community.xml")
    assert "Ei tänne." in text_of(dee, question.url())


def test_what_is_there_already_is_shown_before_it_is_asked(cast: Cast, open_to_all: None) -> None:
    question = asked(cast.dee)
    indexing.drain()
    eve = as_reader(another(cast, "Eve"))
    first = ask(eve, title="Villasukat pestään miten?", seen="")
    assert first.status_code == 200
    assert question.url() in first.content.decode()
    assert question.url() in text_of(Client(), f"{HOME}similar/?title=villasukat pestään")
    assert ask(eve, title="Villasukat pestään miten?").status_code == 302


def test_an_unanswered_question_becomes_a_conversation_and_its_reply_staffs_answer(
    cast: Cast, open_to_all: None
) -> None:
    dee = another(cast, "Daisy")
    inbox = Inbox.objects.create(
        brand=cast.brand, name="Yhteisö", channel="community", team=cast.team, settings={"hours": 4}
    )
    Hours.objects.create(brand=cast.brand, week=["9–17"] * 5 + ["", ""], country="")
    # A Friday at 15 in Helsinki: two hours are left of it, two more on Monday.
    with time_machine.travel(dt.datetime(2026, 11, 20, 13, tzinfo=dt.UTC)) as clocks:
        question = asked(dee)
        clocks.move_to(dt.datetime(2026, 11, 23, 8, 55, tzinfo=dt.UTC))
        assert handing_over.sweep() == 0
        clocks.move_to(dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC))
        assert handing_over.sweep() == 1
        assert handing_over.sweep() == 0
    begun = Conversation.objects.get(inbox=inbox)
    assert (begun.contact_id, begun.team_id, begun.subject) == (dee.pk, cast.team.pk, TITLE)
    assert question.url() in begun.context["page"]["url"]
    # What Aspa itself says goes to the asker alone, by letter.
    receipt = activities.add(begun, "ask_solved", agent=cast.ada)
    delivery.send(receipt.pk)
    assert mail.outbox[-1].to == ["daisy@home.example"]
    assert not Answer.objects.exists()
    # The reply's picture is shown without what else the file told, its other file is a download.
    sent = [("kuva.jpg", picture()), ("ohje.pdf", b"%PDF-1.4 ohje"), ("x.txt", "<b>näin</b> käy".encode()[3:])]
    files = [attachments.store([content], name=name, agent=cast.ada).public_id for name, content in sent]
    reply = replies.reply(begun, by=cast.ada, body="Käsin, haaleassa.", attachments=files)
    delivery.send(reply.pk)
    delivery.send(reply.pk)
    reply.refresh_from_db()
    assert (reply.state, Answer.objects.count()) == (Message.State.SENT, 1)
    seen = text_of(Client(), question.url())
    assert f"{HOME}p/{Picture.objects.get(contact=None).public_id}.webp" in seen and "kuva.jpg" not in seen
    shown = Client().get(f"{HOME}p/{Picture.objects.get(contact=None).public_id}.webp")
    assert shown["Content-Type"] == "image/webp"
    first = f"{HOME}a/{Answer.objects.get().pk}/f/"
    assert [f"{first}{files[1]}/ohje.pdf" in seen, f"{first}{files[0]}/" in seen] == [True, False]
    got = Client().get(f"{first}{files[1]}/ohje.pdf")
    assert got["Content-Disposition"].startswith("attachment") and got["Content-Type"] == "application/octet-stream"
    assert Client().get(f"{first}{files[0]}/kuva.jpg").status_code == 404, "never as it came"
    note = attachments.store([b"%PDF-1.4 muistio"], name="muistio.pdf", agent=cast.ada)
    assert Client().get(f"{first}{note.public_id}/muistio.pdf").status_code == 404
    assert "Käsin, haaleassa." in seen
    assert "Ada Aalto" in seen
    # What the asker adds comes to the team; that it was solved ends the conversation.
    assert answer(as_reader(dee), question, "Entä rumpu?", name="Daisy").status_code == 302
    begun.refresh_from_db()
    assert begun.preview == "Entä rumpu?"
    as_reader(dee).post(f"{HOME}a/{Answer.objects.earliest('pk').pk}/accept/")
    begun.refresh_from_db()
    assert begun.is_closed
    # Hidden: a reply is published nowhere, and fails aloud.
    deciding.decide(Item.objects.filter(kind="question"), by=cast.ada, action=Action.HIDE, reason=Reason.OTHER)
    begun.status, begun.closed_how = "open", ""
    begun.save()
    late = replies.reply(begun, by=cast.ada, body="Vielä tämä.")
    delivery.send(late.pk)
    late.refresh_from_db()
    assert late.state == Message.State.FAILED
    assert Client().get(f"{first}{files[1]}/ohje.pdf").status_code == 404, "hidden with its question"
    assert not Answer.objects.filter(text="Vielä tämä.").exists()


def test_an_answer_on_the_page_is_in_the_conversation_too(cast: Cast, open_to_all: None) -> None:
    dee = another(cast, "Daisy")
    inbox = Inbox.objects.create(brand=cast.brand, name="Yhteisö", channel="community", team=cast.team)
    question = asked(dee)
    handing_over.hand_over(question, inbox)
    ada = at_the_desk(cast.ada)
    twice = [answer(ada, question, "Tästä sivulta.", **{"as": "staff"}).status_code for _twice in range(2)]
    assert twice == [302, 422]
    reply = Message.objects.get(kind=Message.Kind.REPLY)
    assert reply.text == "Tästä sivulta."
    delivery.send(reply.pk)
    assert Answer.objects.count() == 1


def test_votes_are_one_each_and_never_for_ones_own(cast: Cast, open_to_all: None) -> None:
    question = asked(cast.dee)
    dee, eve = as_reader(cast.dee), as_reader(another(cast, "Eve"))
    answer(eve, question, "Minä pesen koneessa.")
    written = Answer.objects.get()
    vote = f"{HOME}a/{written.pk}/vote/"
    assert eve.post(vote).status_code == 409
    assert [client.post(vote).status_code for client in (dee, as_reader(another(cast, "Fay")))] == [302, 302]
    written.refresh_from_db()
    assert (written.vote_count, Member.objects.get(name="Eve").points) == (2, 2)
    dee.post(f"{HOME}a/{written.pk}/accept/")
    assert Member.objects.get(name="Eve").points == 7
    dee.post(vote)
    written.refresh_from_db()
    assert written.vote_count == 1
    assert eve.post(f"{HOME}a/{written.pk}/accept/").status_code == 409
    assert Client().post(vote).status_code == 302


def test_authors_put_their_words_right_until_others_build_upon_them(cast: Cast, open_to_all: None) -> None:
    question = asked(cast.dee)
    dee, eve, staff = as_reader(cast.dee), as_reader(another(cast, "Eve")), at_the_desk(cast.ben)
    edit, change = f"{HOME}q/{question.pk}/edit/", {"title": f"{TITLE} – ja miten?", "text": "Muutettu."}
    # Others see no form, and theirs isn't taken.
    assert [one.get(edit).status_code for one in (eve, staff)] == [404, 302]
    assert eve.post(edit, {**form("question"), **change}).status_code == 404
    assert edit in text_of(dee, question.url()) and edit not in text_of(eve, question.url())
    answer(dee, question, "Lisäys: ne ovat merinoa.")
    assert dee.post(edit, {**form("question"), **change}).status_code == 302
    question.refresh_from_db()
    assert (question.title, bool(question.edited_at)) == (change["title"], True)
    answer(eve, question, "Minä pesen koneessa.")
    assert edit not in text_of(dee, question.url())
    late = dee.post(edit, {**form("question"), "title": TITLE, "text": "Eri asia."})
    assert late.status_code == 422 and "Eri asia." in late.content.decode()

    written = Answer.objects.latest("pk")
    place = f"{HOME}a/{written.pk}/"
    assert [dee.get(f"{place}edit/").status_code, dee.post(f"{place}delete/").status_code] == [404, 409]
    assert Client().post(f"{place}delete/").status_code == 404
    assert eve.post(f"{place}edit/", {**form("answer"), "text": "Villaohjelmalla."}).status_code == 302
    with time_machine.travel(clock.now() + dt.timedelta(hours=25), tick=False):
        assert f"{place}edit/" not in text_of(eve, question.url())
        assert eve.post(f"{place}edit/", {**form("answer"), "text": "Liian myöhään."}).status_code == 422
        assert f"{place}delete/" in text_of(eve, question.url())
        assert eve.post(f"{place}delete/").status_code == 302
    assert not Answer.objects.filter(pk=written.pk).exists()


@pytest.mark.parametrize("name", ["Villa", "asiakaspalvelu", "Admin", "a@b.example", "..", "x"])
def test_nobody_takes_the_name_of_staff(cast: Cast, name: str) -> None:
    assert ask(as_reader(cast.dee), name=name).status_code == 422
    assert not Question.objects.exists()


def test_hostile_words_are_words(cast: Cast, open_to_all: None) -> None:
    set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.DOUBTFUL, most_links=50, holds_personal=False))
    text = (
        f"{HOSTILE}\n\n[click](javascript:alert(4)) ![x](https://evil.example/x.png) <https://evil.example>\n\n"
        "[ok](https://shop.example/a)\n\n# Iso\n\n```\n</code></pre><script>alert(5)</script>\n```\n\n"
        "[a]: javascript:alert(6)\n[a]\n\n<a href='data:text/html,x'>y</a>\n\n" + "> " * 300 + "syvä\n" + "[" * 3000
    )
    eve = another(cast, "Eve")
    assert ask(as_reader(cast.dee), title=f"{HOSTILE[:80]} miten", text=text, name="De<b>e").status_code == 302
    Item.objects.all().update(state=State.PUBLISHED)
    Question.objects.all().update(state=State.PUBLISHED, published_at=clock.now())
    question = Question.objects.get()
    Member.objects.create(contact=eve, name="Eve")
    answer(as_reader(eve), question, text)
    Answer.objects.all().update(state=State.PUBLISHED)
    content.touch("community", [question.pk])
    seen = text_of(Client(), question.url()) + text_of(Client(), HOME)
    seen += text_of(at_the_desk(cast.ada), "/content/moderation/?decided")
    body = re.sub(r'<script (?:defer|type="(?:module|application/ld\+json)").*?</script>', "", seen, flags=re.DOTALL)
    for bad in (
        "<script",
        "<style",
        "<svg onload",
        "<img src=x",
        'href="javascript',
        "<a href='data",
        'src="https://evil',
    ):
        assert bad not in body, bad
    assert 'rel="ugc nofollow noopener"' in seen
    assert "De<b>e" not in seen
    structured = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text_of(Client(), question.url()))[0]
    assert "<" not in structured


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"text": "a" * 10_001}, 422), ({"title": "a" * 151}, 422), ({"title": "Apua"}, 422), ({"trap": "x"}, 422),
        ({"stamp": "forged"}, 422), ({"name": ""}, 422),
    ],
)  # fmt: skip
def test_what_is_no_question_is_shown_again(cast: Cast, wrong: dict[str, str], status: int) -> None:
    sent = ask(as_reader(cast.dee), **wrong)
    assert sent.status_code == status
    assert 'role="alert"' in sent.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "?product=%00", "?after=%00,9", "?after=2026-01-01T00:00:00%2B00:00,99999999999999999999", "q/99999999999999999999/",
        "p/%00.webp", "similar/?title=%00", "a/99999999999999999999/edit/", "unfollow/%00/", "report/x/99999999999999999999/",
    ],
)  # fmt: skip
def test_odd_addresses_are_no_trouble(cast: Cast, path: str) -> None:
    assert as_reader(cast.dee).get(f"{HOME}{path}").status_code in (200, 404)


def test_pictures_that_are_too_large_together_lose_no_text(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "is_cut", lambda _request: True)
    refused = ask(as_reader(cast.dee), text="Pitkä juttu villasta.")
    assert refused.status_code == 413
    assert "Pitkä juttu villasta." in refused.content.decode()


def test_pictures_are_pictures(cast: Cast) -> None:
    dee = as_reader(cast.dee)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    bomb = picture("PNG", (6400, 6400))
    for name, body in (("a.svg", svg), ("b.png", bomb), ("c.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99)):
        assert ask(dee, pictures=[SimpleUploadedFile(name, body, "image/png")]).status_code == 422, name
    four = [SimpleUploadedFile(f"{one}.jpg", picture(), "image/jpeg") for one in range(4)]
    assert ask(dee, pictures=four).status_code == 422
    assert not Picture.objects.exists()


def test_a_flood_is_slowed_and_never_shown(cast: Cast, open_to_all: None, monkeypatch: pytest.MonkeyPatch) -> None:
    dee = as_reader(cast.dee)
    words = ["villan", "pellavan", "puuvillan", "silkin", "kashmirin", "hampun", "viskoosin", "mohairin"]
    answers = [ask(dee, title=f"Miten pesen sukat, jotka ovat {word}") for word in words]
    assert [one["Location"][-4:] for one in answers[5:]] == ["held"] * 3
    assert Question.objects.filter(state=State.PUBLISHED).count() == 5
    monkeypatch.setattr(floods, "_people", Buckets(1 / 60, 6))
    statuses = [ask(dee, title=f"Ja vielä {word * 3}?").status_code for word in words * 2]
    assert statuses[-1] == 429
    listed = text_of(Client(), HOME)
    assert "mohairin" not in listed
    assert "Ja vielä" not in listed


def test_followers_get_a_letter_and_end_it_without_signing_in(
    cast: Cast, open_to_all: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(another(cast, "Daisy"))
    answer(as_reader(another(cast, "Eve")), question, "Käsin, haaleassa.")
    with monkeypatch.context() as patched:
        patched.setattr(letters, "send", mail_server_is_away)
        run_pending()
    assert not mail.outbox
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5), tick=False):
        run_pending()
    (letter,) = mail.outbox
    assert letter.to == ["daisy@home.example"]
    assert "Käsin, haaleassa." in letter.body
    path = re.findall(r"(/help/\S+/unfollow/\S+/)", letter.body)[0]
    assert Client().get(path).status_code == 200
    assert Follow.objects.count() == 1
    assert Client().post(path).status_code == 200
    assert Follow.objects.count() == 0
    assert following.followed_by("forged") is None


def test_readers_report_what_others_wrote(cast: Cast, open_to_all: None) -> None:
    question = asked(cast.dee)
    eve = as_reader(another(cast, "Eve"))
    path = f"{HOME}report/question/{question.pk}/"
    assert Client().get(path).status_code == 302
    assert eve.get(path).status_code == 200
    told = {**form("report"), "reason": "rude", "words": "Ruma"}
    assert eve.post(path, {**told, "reason": "?"}).status_code == 422
    assert eve.post(path, told).status_code == 200
    assert Item.objects.get().reports == 1
    assert eve.get(f"{HOME}report/question/999/").status_code == 404
    assert eve.get(f"{HOME}report/nothing/1/").status_code == 404
    queue = text_of(at_the_desk(cast.ada), "/content/moderation/")
    assert "Ruma" in queue


def test_questions_about_a_product(cast: Cast, open_to_all: None) -> None:
    ask(as_reader(cast.dee), title="Venyykö tämä sukka pesussa?", product="VS-42")
    question = Question.objects.get()
    assert question.place == "question"
    assert "Venyykö" in text_of(Client(), f"{HOME}?product=VS-42")
    assert "Venyykö" not in text_of(Client(), f"{HOME}?product=VS-43")
    switches.set_on(cast.brand, "question", is_on=False)
    assert Client().get(question.url()).status_code == 404
    assert "Venyykö" not in text_of(Client(), HOME)
    assert found(cast, "venyykö sukka") == []
    assert as_reader(cast.dee).get(f"{HOME}ask/?product=VS-42").status_code == 404
    switches.set_on(cast.brand, "question", is_on=True)
    switches.set_on(cast.brand, "community", is_on=False)
    # Without the community only a product can be asked about.
    assert ask(as_reader(cast.dee), title="Mitä kuuluu teille tänään?").status_code == 422
    assert "Venyykö" in text_of(Client(), HOME)
    switches.set_on(cast.brand, "question", is_on=False)
    assert Client().get(HOME).status_code == 404


def test_an_answer_becomes_the_draft_of_an_article(cast: Cast, open_to_all: None) -> None:
    question = asked(cast.dee)
    answer(at_the_desk(cast.ben), question, "Käsin, **haaleassa**.", **{"as": "staff"})
    path = f"{HOME}a/{Answer.objects.get().pk}/article/"
    assert at_the_desk(cast.ben).post(path).status_code == 404
    assert at_the_desk(cast.ada).post(path).status_code == 302
    draft = Version.objects.get().draft
    assert (draft.title, draft.body) == (TITLE, "Käsin, **haaleassa**.")


def test_who_is_erased_leaves_no_word(cast: Cast, open_to_all: None) -> None:
    eve = another(cast, "Eve")
    question = asked(cast.dee)
    answer(as_reader(eve), question, "Minä pesen koneessa.")
    answer(as_reader(cast.dee), question, f"Kiitos, jäi {WORD}.", name="Dee")
    erasing.erase_now(cast.dee)
    assert Erasure.objects.get().done_at
    seen = text_of(Client(), f"{HOME}q/{question.pk}/q/")
    assert "Minä pesen koneessa." in seen
    for gone in (WORD, "villasukat", "Dee"):
        assert gone not in seen
    assert "villasukat" not in text_of(Client(), HOME)
    assert found(cast, TITLE) == []
    erasing.erase_now(eve)
    assert not Answer.objects.exists()


def test_what_the_pages_cost(cast: Cast, open_to_all: None, django_assert_max_num_queries: Any) -> None:
    people = [another(cast, f"N{number}") for number in range(6)]
    question = asked(cast.dee)
    for one in people:
        answer(as_reader(one), question, f"Vastaa {one.name}.", name=one.name)
    for number in range(10):
        Question.objects.create(
            brand=cast.brand, language="fi", contact=cast.dee, title=f"Kysymys {number}", state="published",
            created_at=clock.now(), active_at=clock.now(),
        )  # fmt: skip
    page = published.questions(cast.brand, {"community"}, "fi")
    assert len(page.questions) == 11
    Client().get(HOME)
    with django_assert_max_num_queries(9):
        Client().get(HOME)
    with django_assert_max_num_queries(12):
        Client().get(question.url())
    ada = at_the_desk(cast.ada)
    ada.get("/content/moderation/?decided")
    with django_assert_max_num_queries(17):
        ada.get("/content/moderation/?decided")
