from django.urls import path

from aspa.web.rest import doors
from aspa.web.rest.api import api

addresses, ninja, namespace = api.urls
for one in addresses:
    if one.callback is not None:
        one.callback = doors.in_one_shape(one.callback)

urlpatterns = [
    path("v1/", (addresses, ninja, namespace)),
    path("", doors.nowhere),
    path("<path:path>", doors.nowhere),
]
