from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:home"), name="home"),
    path("", include("aspa.web.shell.urls")),
    path("desk/", include("aspa.web.desk.urls")),
    path("settings/", include("aspa.web.settings.urls")),
    path("widget/", include("aspa.web.widget.urls")),
    path("contact/", include("aspa.web.contact.urls")),
    path("files/", include("aspa.web.shell.file_urls")),
    path("account/", include("allauth.urls")),
]
