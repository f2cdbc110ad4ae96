from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, re_path
from django.views.i18n import set_language


def closed(request: HttpRequest, **parts: Any) -> NoReturn:
    """A door of the sign-in library that Aspa doesn't use: agents are invited, and admins keep their addresses."""
    raise Http404("Not used.")


urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("account/signup/", closed),
    path("account/email/", closed),
    re_path(r"^account/confirm-email/", closed),
    re_path(r"^account/login/code/", closed),
    path("account/password/set/", closed),
]
