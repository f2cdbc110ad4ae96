from django.urls import path

from aspa.web.customers import views

app_name = "customers"

one = "<int:contact_id>/"
urlpatterns = [
    path(one, views.page, name="page"),
    path(one + "panel", views.panel, name="panel"),
]
