from django.urls import path

from aspa.web.customers import cart_views, identity_views, merging_views, orders_views, privacy_views, views
from aspa.web.customers import editing_views as editing

app_name = "customers"

one = "<int:contact_id>/"
urlpatterns = [
    path(one, views.page, name="page"),
    path(one + "head", views.head, name="head"),
    path(one + "panel", views.panel, name="panel"),
    path(one + "newest", views.newest, name="newest"),
    path("conversations/<int:conversation_id>/offer-cart", cart_views.offer, name="offer_cart"),
    path("conversations/<int:conversation_id>/code", identity_views.ask_code, name="ask_code"),
    path(
        "conversations/<int:conversation_id>/identification",
        identity_views.ask_identification,
        name="ask_identification",
    ),
    path(one + "identification-data", identity_views.kyc, name="kyc"),
    path(one + "identification-data/look", identity_views.kyc_look, name="kyc_look"),
    path(one + "identification-data/change", identity_views.kyc_save, name="kyc_save"),
    path(one + "same", merging_views.find_same, name="find_same"),
    path(one + "same/<int:other_id>/", merging_views.compare, name="compare"),
    path(one + "same/<int:other_id>/difference", merging_views.different, name="different"),
    path(one + "merges/<int:merge_id>/undo", merging_views.unmerge, name="unmerge"),
    path(one + "timeline", views.lines_part, name="timeline"),
    path(one + "orders/<int:order_id>/", orders_views.order, name="order"),
    path(one + "orders/<int:order_id>/<slug:key>", orders_views.act, name="order_action"),
    path(one + "details", editing.details, name="details"),
    path(one + "fields", editing.custom, name="custom"),
    path(one + "companies", editing.companies, name="companies"),
    path(one + "consents", privacy_views.consent, name="consent"),
    path(one + "copies", privacy_views.order_copy, name="order_copy"),
    path(one + "copies/<slug:public_id>.zip", privacy_views.copy, name="copy"),
    path(one + "erasure", privacy_views.erase, name="erase"),
    path("conversations/<int:conversation_id>/redaction", privacy_views.redact, name="redact"),
    path(one + "notes", editing.write_note, name="notes"),
    path(one + "notes/<int:note_id>/", editing.note, name="note"),
    path(one + "notes/<int:note_id>/removal", editing.remove_note, name="remove_note"),
]
