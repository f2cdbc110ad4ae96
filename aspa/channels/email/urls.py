from django.urls import path

from aspa.channels.email import connecting
from aspa.channels.email.arriving import webhooks

app_name = "email"

urlpatterns = [
    path("connect/<str:public_id>/", connecting.begin, name="connect"),
    path("connected/", connecting.finish, name="connected"),
    path("<str:public_id>/<str:secret>/", webhooks.inbound, name="inbound"),
    path("<str:public_id>/<str:secret>/events/", webhooks.events, name="events"),
]
