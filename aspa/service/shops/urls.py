from django.urls import path

from aspa.service.shops import doors

app_name = "shops"

urlpatterns = [
    path("<str:public_id>/", doors.receive, name="door"),
    path("<str:public_id>/<str:secret>/", doors.receive, name="secret_door"),
]
