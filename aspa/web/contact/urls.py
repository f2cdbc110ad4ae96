from django.urls import path

from aspa.web.contact import helping, views

urlpatterns = [
    path("<slug:public_id>/", views.form, name="contact-form"),
    path("<slug:public_id>/thanks/", views.thanks, name="contact-thanks"),
    path("<slug:public_id>/ways/", views.ways, name="contact-ways"),
    path("<slug:public_id>/help/", helping.suggestions, name="contact-help"),
    path("<slug:public_id>/help/open/", helping.open_, name="contact-help-open"),
    path("<slug:public_id>/help/said/", helping.said, name="contact-help-said"),
    path("<slug:public_id>/colour.css", views.colour, name="contact-colour"),
]
