from django.urls import path

from aspa.web.customer import answers, pages

urlpatterns = [
    path("colours/<slug:slug>.css", pages.colour, name="own-page-colour"),
    path("<str:token>/", pages.page, name="own-page"),
    path("<str:token>/files/<str:public_id>/<str:name>", pages.file, name="own-page-file"),
    path("<str:token>/reply/", answers.reply, name="own-page-reply"),
    path("<str:token>/solved/", answers.solved, name="own-page-solved"),
    path("<str:token>/end/", answers.end, name="own-page-end"),
    path("<str:token>/reopen/", answers.reopen, name="own-page-reopen"),
]
