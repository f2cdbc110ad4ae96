"""Lookup is authorisation: each way in, tried by the outsider."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from aspa.core.conversations import access, replies
from aspa.core.conversations.access import Permission
from aspa.core.conversations.models import Attachment, Conversation
from aspa.core.conversations.tests.conftest import upload
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent, Role
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


def test_conversations(conversation: Conversation, ada: Agent, ben: Agent, cy: Agent) -> None:
    for agent in (ada, ben):
        assert access.conversation_for(agent, conversation.pk) == conversation
        assert list(access.conversations(agent)) == [conversation]
    assert not access.conversations(cy)
    with pytest.raises(Http404):
        access.conversation_for(cy, conversation.pk)
    with pytest.raises(Http404):
        access.conversation_for(ada, 10**9)


def test_what_one_may_not_do_is_denied_and_not_hidden(conversation: Conversation, ben: Agent, cy: Agent) -> None:
    with pytest.raises(PermissionDenied):
        access.conversation_for(ben, conversation.pk, may=Permission.SETTINGS)
    with pytest.raises(Http404):
        access.conversation_for(cy, conversation.pk, may=Permission.REPLY)


def test_messages(conversation: Conversation, ben: Agent, cy: Agent) -> None:
    note = replies.note(conversation, by=ben, body="Hm")
    assert access.message_for(ben, note.pk) == note
    with pytest.raises(Http404):
        access.message_for(cy, note.pk)
    with pytest.raises(PermissionDenied):
        access.message_for(ben, note.pk, may=Permission.SETTINGS)


def test_files(conversation: Conversation, ada: Agent, ben: Agent, cy: Agent) -> None:
    tied, loose = upload(agent=ben), upload(agent=ben)
    replies.reply(conversation, by=ben, body="Look", attachments=[tied])
    assert access.attachment_for(ada, tied) == Attachment.objects.get(public_id=tied)
    assert access.attachment_for(ben, loose)
    for agent, hidden in ((cy, tied), (cy, loose), (ada, loose), (ada, "nothing")):
        with pytest.raises(Http404):
            access.attachment_for(agent, hidden)


def test_customers(conversation: Conversation, ben: Agent, cy: Agent) -> None:
    assert access.contact_for(ben, conversation.contact_id) == conversation.contact
    with pytest.raises(Http404):
        access.contact_for(cy, conversation.contact_id)


def test_inboxes_and_brands(cast: Cast) -> None:
    assert set(access.inboxes(cast.ada)) == {cast.inbox, cast.other_inbox}
    assert list(access.inboxes(cast.ben)) == [cast.inbox]
    assert list(access.inboxes(cast.ben, Permission.SETTINGS)) == []
    assert access.brand_ids(cast.ada) == {cast.brand.pk, cast.other_brand.pk}
    assert access.brand_ids(cast.cy) == {cast.other_brand.pk}


def test_the_agents_of_an_inbox(cast: Cast) -> None:
    assert set(access.agents_of([cast.inbox.pk])) == {cast.ada, cast.ben}
    assert set(access.agents_of([cast.inbox.pk], Permission.SETTINGS)) == {cast.ada}
    Agent.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert set(access.agents_of([cast.inbox.pk])) == {cast.ada}


def test_reach(cast: Cast) -> None:
    here, there = cast.inbox.pk, cast.other_inbox.pk
    assert access.reach(cast.ada).may(Permission.AGENTS)
    ben = access.reach(cast.ben)
    assert ben.may(Permission.REPLY, here)
    assert not ben.may(Permission.REPLY, there)
    assert not ben.may(Permission.REPLY)
    assert ben.may_anywhere(Permission.REPLY)
    assert not ben.may_anywhere(Permission.SETTINGS)
    assert (ben.inbox_ids(), access.reach(cast.ada).inbox_ids()) == ([here], None)


def test_a_grant_everywhere_reaches_new_inboxes(cast: Cast) -> None:
    reading = Role.objects.create(name="Reading", permissions=[Permission.READ])
    Grant.objects.create(agent=cast.cy, role=reading, inbox=None)
    new = Inbox.objects.create(brand=cast.brand, name="New", channel="webchat")
    reach = access.reach(Agent.objects.get(pk=cast.cy.pk))
    assert reach.may(Permission.READ, new.pk)
    assert not reach.may(Permission.REPLY, new.pk)
    assert reach.may(Permission.REPLY, cast.other_inbox.pk)


def test_who_has_left_reaches_nothing(cast: Cast) -> None:
    found = says(cast.inbox, "x").conversation
    for agent in (cast.ada, cast.ben):
        Agent.objects.filter(pk=agent.pk).update(is_active=False)
        gone = Agent.objects.get(pk=agent.pk)
        assert access.reach(gone).inbox_ids() == []
        assert not access.reach(gone).may(Permission.READ)
        with pytest.raises(Http404):
            access.conversation_for(gone, found.pk)


def test_reach_is_read_once(cast: Cast, django_assert_num_queries: pytest.FixtureRequest) -> None:
    agent = Agent.objects.get(pk=cast.ben.pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        for _twice in range(2):
            access.reach(agent).may(Permission.READ, cast.inbox.pk)
