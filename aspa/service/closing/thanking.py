"""A bare "thanks" after our answer asks nothing, so it opens no debt of an answer. In doubt it is a message like others.

It counts only when it says nothing but thanks, in a small vocabulary, and our answer asked nothing: "kiitos" is also how
people say yes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models.functions import Length

from aspa.core.conversations import lifecycle, turns
from aspa.core.conversations.models import Conversation, Message
from aspa.service.promises.models import LIVE, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nobody thanks in more characters without saying something else too.
LONGEST = 60

# "Selvä, kiitos paljon avusta!" and the like: a word that takes note, the thanks, and what they are for.
NOTED = (
    "ok|okei|okej|okay|selvä|selvä juttu|selvä homma|hyvä|hyvä juttu|hienoa|hieno juttu|mahtavaa|loistavaa|upeaa|kiva|ihanaa"
    "|bra|jättebra|toppen|utmärkt|perfekt|uppfattat"
    "|great|perfect|wonderful|lovely|excellent|awesome|brilliant|got it|all clear|hei|hej|hi|hello|moi"
)  # fmt: skip
THANKS = (
    "kiitos|kiitti|kiitoksia|kiitokset|kiitän|kiitämme|tuhannet kiitokset|paljon kiitoksia|suuri kiitos|suuret kiitokset|iso kiitos"
    "|tack|tackar|tackar så mycket|stort tack|tusen tack|många tack"
    "|thanks|thank you|thankyou|thx|many thanks|thanks so much|big thanks"
)  # fmt: skip
FOR_WHAT = (
    "paljon|kovasti|oikein paljon|tosi paljon|avusta|avustasi|avustanne|kaikesta|vielä kerran"
    "|(?:(?:nopeasta|pikaisesta|hyvästä) )?(?:vastauksesta|palvelusta|avusta|toiminnasta)|tiedosta|tiedoista|infosta"
    "|så mycket|så jättemycket|för (?:hjälpen|svaret|informationen|infon|(?:snabbt|snabb|bra) (?:svar|hjälp|service))"
    "|a lot|so much|very much|again|for (?:(?:your|the|all your) )?(?:(?:quick|fast|kind|prompt) )?(?:help|reply|answer|info|response)"
)  # fmt: skip
BARE = re.compile(rf"(?:(?:{NOTED}) ){{0,2}}(?:{THANKS})(?: (?:{FOR_WHAT})){{0,2}}(?: (?:{THANKS}))?")
NOT_WORDS = re.compile(r"[^\w?]+")


def is_bare_thanks(text: str) -> bool:
    """Whether the text, in Finnish, Swedish or English, thanks and says nothing else."""
    words = NOT_WORDS.sub(" ", text.casefold()).strip()
    return len(text) <= LONGEST and BARE.fullmatch(words) is not None


def heed(conversation_ids: Iterable[int]) -> None:
    """Conversations to which customers' messages have come: where the last word so far only thanks nothing is owed."""
    newest = Conversation.objects.filter(pk__in=set(conversation_ids)).values("last_incoming_id")
    short = Message.objects.filter(pk__in=newest, has_attachments=False)
    short = short.annotate(length=Length("text")).filter(length__gt=0, length__lte=LONGEST)
    found = [
        message
        for message in short.only("text", "conversation").order_by("conversation")
        if is_bare_thanks(message.text)
    ]
    for message in found:
        conversation = Conversation.objects.get(pk=message.conversation_id)
        if conversation.last_incoming_id == message.pk and _only_thanks(conversation):
            owes = Promise.objects.filter(conversation=conversation, state__in=LIVE).exists()
            lifecycle.customer_thanks(conversation, message=message, still_ours=owes)


def _only_thanks(conversation: Conversation) -> bool:
    """Whether everything that the customer said since an answer of ours, which asked nothing, is thanks."""
    answer = turns.last_answer(conversation)
    if answer is None or "?" in answer.text:
        return False
    return all(
        word.kind == Message.Kind.INCOMING and not word.has_attachments and is_bare_thanks(word.text)
        for word in turns.owed(conversation)
    )
