"""Looking after all that waits: chats of who isn't there move on, offers run out, the queue is given out."""

from __future__ import annotations

import datetime as dt

from aspa.service.routing import giving_out, moving, offers, queue


def attend() -> list[dt.datetime]:
    """Safe to run at any time, twice and in several processes; the moments when it has to be run again."""
    again = moving.move_on()
    offers.expire()
    return again + giving_out.give_out()


def sweep() -> list[dt.datetime]:
    """The same, after finding what a lost wake-up left out of the queue."""
    queue.mend()
    return attend()
