from django.urls import URLPattern

app_name = "helpsite"
urlpatterns: list[URLPattern] = []
