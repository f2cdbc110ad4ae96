"""Who reacts to what: every subscriber of the journal, in one table. Each reads on its own, from its own place."""

from __future__ import annotations

from aspa.channels.email import blocking
from aspa.core.conversations.subscriptions import Handler
from aspa.service.closing import counting, waiting
from aspa.service.duty import following as duty
from aspa.service.promises import counting as promises_counted
from aspa.service.promises import following
from aspa.service.receipts import measuring, receipts
from aspa.service.routing import following as routing
from aspa.service.sla import following as service_levels
from aspa.web.desk import late, on_duty, ringing

SUBSCRIBERS: dict[str, Handler] = {
    "blocking": blocking.learn,
    "duty": duty.follow,
    "duty alerts": on_duty.alert_for,
    "endings": counting.count,
    "first replies": measuring.measure,
    "promises": following.follow,
    "promises counted": promises_counted.count,
    "receipts": receipts.give,
    "ringing": ringing.ring_for,
    "routing": routing.follow,
    "service levels": service_levels.follow,
    "service level alerts": late.tell_of,
    "silence": waiting.follow,
}
