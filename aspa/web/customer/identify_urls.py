from django.urls import path

from aspa.web.customer import identifying

urlpatterns = [
    path("return/", identifying.come_back, name="identify-return"),
    path("<str:token>/", identifying.page, name="identify"),
    path("<str:token>/go/", identifying.go, name="identify-go"),
]
