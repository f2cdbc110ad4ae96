"""The sentences that the desk's scripts say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from aspa.web.desk import countdowns


def words() -> dict[str, str]:
    return {
        **countdowns.words(),
        "saved": _("Draft saved"),
        "saving": _("Saving…"),
        "unsaved": _("Not saved: no connection"),
        "sending": _("Sending…"),
        "failed": _("Not sent"),
        "sent_elsewhere": _("What waited for the network has been sent."),
        "not_sent_elsewhere": _("Something you wrote earlier could not be sent."),
        "answered_meanwhile": _("{name} has answered meanwhile. If yours is still needed, send it again."),
        "retry": _("Try again"),
        "remove": _("Remove"),
        "sla_warned": _("{name} waits: an answer is due soon"),
        "sla_breached": _("{name} waits: an answer is late"),
        "open_it": _("Open it"),
        "offline": _("No connection. Trying again…"),
        "online": _("Connected again."),
        "typing_contact": _("{name} is writing…"),
        "typing_agent": _("{name} is writing here too"),
        "viewing": _("{name} is looking at this"),
        "chosen": _("{count} chosen"),
        "too_long": _("{count} characters too many for this channel"),
        "too_many": _("This channel carries {count} files at most."),
        "too_large": _("The file is too large: at most {count} MB."),
        "uploading": _("Adding {name}…"),
        "copied": _("Copied."),
        "new_messages": _("New messages"),
        "not_found": _("Nothing found."),
        "notice": _("Something waits for you"),
        "notice_received": _("A customer wrote"),
        "notice_noted": _("You were mentioned"),
        "notice_assigned": _("A conversation was given to you"),
        "notice_offered": _("A conversation is offered to you"),
        "notice_promise_due": _("A promise is due soon"),
        "notice_promise_broken": _("A promise was not kept in time"),
        "alerts_on": _("Alerts are on in this browser."),
        "alerts_refused": _("The browser doesn't allow alerts. You can change this in its settings."),
        "sound_on": _("Sound is on."),
        "sound_off": _("Sound is off."),
        "available": _("Present"),
        "busy": _("Busy"),
        "away": _("Away"),
        "off": _("Off work"),
        "today": _("Today"),
        "sending_in": _("Sending in {count} s"),
        "sending_letter": _("The letter is on its way."),
        "undo": _("Undo"),
        "taken_back": _("Taken back: it is your draft again."),
        "no_address": _("{address} isn’t an e-mail address."),
        "no_way": _("There is no way to reach this customer."),
        "remove_address": _("Remove {address}"),
    }
