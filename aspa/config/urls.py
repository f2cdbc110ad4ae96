from django.urls import include, path
from django.views.generic import RedirectView

from aspa.web.contact import hours
from aspa.web.helpsite import fronts

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:home"), name="home"),
    path("robots.txt", fronts.robots, name="robots"),
    path("", include("aspa.web.shell.urls")),
    path("desk/", include("aspa.web.desk.urls")),
    path("customers/", include("aspa.web.customers.urls")),
    path("content/", include("aspa.web.content.urls")),
    path("settings/", include("aspa.web.settings.urls")),
    path("widget/", include("aspa.web.widget.urls")),
    path("help/", include("aspa.web.helpsite.urls")),
    path("contact/", include("aspa.web.contact.urls")),
    path("c/", include("aspa.web.customer.urls")),
    path("identify/", include("aspa.web.customer.identify_urls")),
    path("hours/<slug:slug>/", hours.page, name="published-hours"),
    path("hours/<slug:slug>.js", hours.module, name="published-hours-module"),
    path("files/", include("aspa.web.shell.file_urls")),
    path("mail/", include("aspa.channels.email.urls")),
    path("shops/", include("aspa.service.shops.urls")),
    path("api/", include("aspa.web.rest.urls")),
    path("account/", include("allauth.urls")),
]
