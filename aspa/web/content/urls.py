from django.urls import include, path

app_name = "content"
urlpatterns = [
    path("reviews/", include("aspa.web.content.reviews.urls")),
]
