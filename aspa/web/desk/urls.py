from django.urls import path

from aspa.web.desk.views import (
    articles,
    bulk,
    composer,
    conversation,
    duty,
    finding,
    installing,
    joining,
    letters,
    lists,
    menus,
    offers,
    promises,
    sorting,
    starting,
    truth,
)
from aspa.web.desk.views import lifecycle as life

app_name = "desk"

one = "conversations/<int:conversation_id>/"
urlpatterns = [
    path("", lists.home, name="home"),
    path("rows", lists.rows, name="rows"),
    path("lists", lists.lists, name="lists"),
    path("truth", truth.line, name="truth"),
    path("truth/whole", truth.whole, name="whole_truth"),
    path("offer", offers.offer, name="offer"),
    path("views", lists.save_view, name="save_view"),
    path("views/<int:view_id>/removal", lists.remove_view, name="remove_view"),
    path("bulk", bulk.bulk, name="bulk"),
    path("bulk/back", bulk.take_back, name="bulk_back"),
    path("new", starting.new, name="new"),
    # One conversation: the page, its parts
    path(one, conversation.show, name="conversation"),
    path(one + "head", conversation.head, name="head"),
    path(one + "side", conversation.side, name="side"),
    path(one + "messages", conversation.messages, name="messages"),
    path(one + "messages/<int:message_id>", conversation.message, name="message"),
    path(one + "read", conversation.read, name="read"),
    path(one + "ways", conversation.ways, name="ways"),
    # Writing
    path(one + "replies", composer.reply, name="reply"),
    path(one + "held", composer.held, name="held"),
    path(one + "held/<int:held_id>/taking-back", composer.take_back, name="take_back"),
    path(one + "held/<int:held_id>/sending", composer.send_now, name="send_now"),
    path(one + "notes", composer.note, name="note"),
    path(one + "drafts", composer.draft, name="draft"),
    path(one + "canned", composer.canned, name="canned"),
    path(one + "colleagues", composer.colleagues, name="colleagues"),
    path(one + "articles", articles.fitting, name="articles"),
    path(one + "articles/choices", articles.choices, name="article_choices"),
    path(one + "article", articles.write, name="write_article"),
    path(one + "messages/<int:message_id>/retry", composer.retry, name="retry"),
    # Promises
    path(one + "promises/look", promises.look, name="look_for_promises"),
    path(one + "promises/<int:promise_id>/keeping", promises.keep, name="keep_promise"),
    path(one + "promises/<int:promise_id>/moving", promises.move, name="move_promise"),
    path(one + "promises/<int:promise_id>/withdrawal", promises.withdraw, name="withdraw_promise"),
    path(one + "promises/<int:promise_id>/handing-over", promises.hand_over, name="hand_over_promise"),
    # Letters
    path("messages/<int:message_id>/html", letters.sheet, name="sheet"),
    path("messages/<int:message_id>/pictures", letters.show_pictures, name="show_pictures"),
    path("messages/<int:message_id>/rest", letters.rest, name="rest"),
    path("messages/<int:message_id>/original", letters.original, name="original"),
    # Sorting
    path(one + "assignment", sorting.assign, name="assign"),
    path(one + "team", sorting.assign_team, name="team"),
    path(one + "labels", sorting.label, name="label"),
    path(one + "labels/removal", sorting.unlabel, name="unlabel"),
    path(one + "priority", sorting.prioritise, name="priority"),
    path(one + "reason", sorting.set_reason, name="reason"),
    path(one + "subject", sorting.rename, name="rename"),
    path(one + "tier", sorting.set_tier, name="tier"),
    path(one + "follow", sorting.follow, name="follow"),
    # Routing
    path(one + "offer/acceptance", offers.accept, name="accept_offer"),
    path(one + "offer/refusal", offers.decline, name="decline_offer"),
    path(one + "why", offers.why, name="why"),
    # Living and ending
    path(one + "question", life.ask, name="ask"),
    path(one + "waiting", life.wait, name="wait"),
    path(one + "snooze", life.snooze, name="snooze"),
    path(one + "waking", life.wake, name="wake"),
    path(one + "setting-aside", life.set_aside, name="set_aside"),
    path(one + "reopening", life.reopen, name="reopen"),
    path(one + "own-page/renewal", life.void_links, name="void_links"),
    # Joining
    path(one + "merge", joining.merge, name="merge"),
    path(one + "merge/undo", joining.unmerge, name="unmerge"),
    path(one + "split", joining.split, name="split"),
    path(one + "links", joining.link, name="link"),
    path(one + "links/removal", joining.unlink, name="unlink"),
    # Menus that load when they open
    path(one + "menus/<slug:menu>", menus.menu, name="menu"),
    path("menus/<slug:menu>", menus.bulk_menu, name="bulk_menu"),
    # Finding
    path("search", finding.search, name="search"),
    path("search/offers", finding.offers, name="search_offers"),
    # Duty
    path("duty/", duty.page, name="duty"),
    path("duty/calls/<int:call_id>/", duty.call, name="duty_call"),
    path("duty/calls/<int:call_id>/acceptance", duty.accept, name="accept_call"),
    path("duty/shifts", duty.offer, name="offer_shift"),
    path("duty/shifts/<int:shift_id>/answer", duty.answer, name="answer_shift"),
    path("duty/shifts/<int:shift_id>/withdrawal", duty.withdraw, name="withdraw_shift"),
    # Installing and ringing
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service_worker"),
    path("push", installing.push, name="push"),
]
