from django.urls import path

from aspa.web.helpsite.reviews import invited, letters, views, writing

urlpatterns = [
    path("", views.listed, name="reviews"),
    path("p/<path:sku>/", views.product, name="reviews-product"),
    path("write/<path:sku>/", writing.page, name="reviews-write"),
    path("one/<slug:public_id>/", views.one, name="reviews-one"),
    path("letters/<str:token>/", letters.stop, name="reviews-letters"),
    path("helpful/<slug:public_id>/", views.helpful, name="reviews-helpful"),
    path("invited/<str:token>/", invited.page, name="reviews-invited"),
    path("invited/<str:token>/stop/", invited.stop, name="reviews-invited-stop"),
    path("invited/<str:token>/write/<path:sku>/", invited.write, name="reviews-invited-write"),
]
