"""Whose pictures from the net an agent has chosen to see without being asked each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.channels.email.reading.mail import Verdict
from aspa.web.desk.models import ShownPictures

if TYPE_CHECKING:
    from aspa.channels.email.models import Letter
    from aspa.core.conversations.models import Message
    from aspa.core.people.models import Agent


def may_be_remembered(message: Message, letter: Letter) -> bool:
    """Not of a letter that is most likely forged: whoever sent it would learn that it was read."""
    return message.contact_id is not None and bool(_address(letter)) and letter.verdict != Verdict.FAIL


def remember(agent: Agent, message: Message, letter: Letter) -> None:
    ShownPictures.objects.get_or_create(agent=agent, contact_id=message.contact_id, address=_address(letter))


def forget(agent: Agent, message: Message, letter: Letter) -> None:
    ShownPictures.objects.filter(agent=agent, contact=message.contact_id, address=_address(letter)).delete()


def are_shown(agent: Agent, message: Message, letter: Letter) -> bool:
    """Whether the agent has said so of this sender, and this letter is to be believed."""
    return (
        may_be_remembered(message, letter)
        and ShownPictures.objects.filter(agent=agent, contact=message.contact_id, address=_address(letter)).exists()
    )


def _address(letter: Letter) -> str:
    return str(letter.sender[0]).lower()[:254] if letter.sender and letter.sender[0] else ""
