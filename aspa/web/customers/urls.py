from django.urls import path

from aspa.web.customers import cart_views, orders_views, privacy_views, views
from aspa.web.customers import editing_views as editing

app_name = "customers"

one = "<int:contact_id>/"
urlpatterns = [
    path(one, views.page, name="page"),
    path(one + "head", views.head, name="head"),
    path(one + "panel", views.panel, name="panel"),
    path("conversations/<int:conversation_id>/offer-cart", cart_views.offer, name="offer_cart"),
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
