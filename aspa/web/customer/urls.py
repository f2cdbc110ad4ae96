from django.urls import path

from aspa.web.customer import answers, carts, pages, proving, rights

urlpatterns = [
    path("colours/<slug:slug>.css", pages.colour, name="own-page-colour"),
    path("cart/<str:token>/", carts.go_on, name="go-on-with-cart"),
    path("copy/<str:token>/", rights.fetch, name="own-copy"),
    path("<str:token>/", pages.page, name="own-page"),
    path("<str:token>/copy/", rights.ask, name="own-page-copy"),
    path("<str:token>/files/<str:public_id>/<str:name>", pages.file, name="own-page-file"),
    path("<str:token>/reply/", answers.reply, name="own-page-reply"),
    path("<str:token>/solved/", answers.solved, name="own-page-solved"),
    path("<str:token>/end/", answers.end, name="own-page-end"),
    path("<str:token>/reopen/", answers.reopen, name="own-page-reopen"),
    path("<str:token>/code/", proving.tell, name="own-page-code"),
    path("<str:token>/code/new/", proving.ask_anew, name="own-page-new-code"),
]
