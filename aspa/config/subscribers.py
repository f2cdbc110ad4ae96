"""Who reacts to what: every subscriber of the journal, in one table. Each reads on its own, from its own place."""

from __future__ import annotations

from aspa.core.conversations.subscriptions import Subscriber
from aspa.service.receipts import receipts
from aspa.web.desk import ringing

SUBSCRIBERS = {
    "receipts": Subscriber(receipts.give, receipts.KINDS),
    "ringing": Subscriber(ringing.ring_for, ringing.KINDS),
}
