"""Who reacts to what: every subscriber of the journal, in one table. Each reads on its own, from its own place."""

from __future__ import annotations

from aspa.channels.email import blocking
from aspa.core.conversations.subscriptions import Handler
from aspa.service.bot import following as bots
from aspa.service.carts import counting as carts_counted
from aspa.service.carts import landing as carts_landed
from aspa.service.carts import offering
from aspa.service.closing import counting, waiting
from aspa.service.deflection import counting as articles_counted
from aspa.service.deflection import giving
from aspa.service.duty import following as duty
from aspa.service.privacy import redacting
from aspa.service.promises import counting as promises_counted
from aspa.service.promises import following
from aspa.service.receipts import measuring, receipts
from aspa.service.routing import following as routing
from aspa.service.segments import following as segments
from aspa.service.sla import following as service_levels
from aspa.service.timeline import following as timeline
from aspa.service.verification import following as verification
from aspa.service.visits import landing as visits_landed
from aspa.web.desk import late, on_duty, ringing

# One more reads the journal, but in a transaction and a thread of its own: the index of messages
# (`service/search/messages/following.py`), which keeps its place with the words.
# These run in this order, in one transaction. The first three lock the bots' talks, the queue and the countdowns, and
# whoever hands over, gives out or warns locks these before a conversation: in any other order they could wait for each
# other without end. What a bot takes care of is known to all after it.
SUBSCRIBERS: dict[str, Handler] = {
    "bots": bots.follow,
    "routing": routing.follow,
    "service levels": service_levels.follow,
    "articles counted": articles_counted.follow,
    "articles given": giving.follow,
    "blocking": blocking.learn,
    "carts counted": carts_counted.count,
    "carts landed": carts_landed.follow,
    "carts offered": offering.follow,
    "duty": duty.follow,
    "duty alerts": on_duty.alert_for,
    "endings": counting.count,
    "first replies": measuring.measure,
    "promises": following.follow,
    "promises counted": promises_counted.count,
    "receipts": receipts.give,
    "redaction": redacting.follow,
    "ringing": ringing.ring_for,
    "segments": segments.follow,
    "service level alerts": late.tell_of,
    "silence": waiting.follow,
    "verification": verification.follow,
    "timeline": timeline.follow,
    "visits landed": visits_landed.follow,
}
