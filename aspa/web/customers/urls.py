from django.urls import path

from aspa.web.customers import cart_views, views

app_name = "customers"

one = "<int:contact_id>/"
urlpatterns = [
    path(one, views.page, name="page"),
    path(one + "panel", views.panel, name="panel"),
    path("conversations/<int:conversation_id>/offer-cart", cart_views.offer, name="offer_cart"),
]
