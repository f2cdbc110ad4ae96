from django.urls import path

from aspa.web.contact import views

urlpatterns = [
    path("<slug:public_id>/", views.form, name="contact-form"),
    path("<slug:public_id>/thanks/", views.thanks, name="contact-thanks"),
    path("<slug:public_id>/ways/", views.ways, name="contact-ways"),
    path("<slug:public_id>/colour.css", views.colour, name="contact-colour"),
]
