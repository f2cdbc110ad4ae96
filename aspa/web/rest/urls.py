from django.urls import path

from aspa.web.rest import doors
from aspa.web.rest.api import api

urlpatterns = [path("v1/", api.urls), path("<path:path>", doors.nowhere)]
