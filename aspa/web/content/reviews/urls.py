from django.urls import path

from aspa.web.content.reviews import views

urlpatterns = [
    path("", views.listed, name="reviews"),
    path("settings/<int:brand_id>/", views.policy, name="review_policy"),
    path("photos/<slug:public_id>.webp", views.photo, name="review_photo"),
    path("<int:review_id>/", views.one, name="review"),
    path("<int:review_id>/answer/", views.answer, name="review_answer"),
    path("<int:review_id>/decision/", views.decide, name="review_decision"),
    path("<int:review_id>/photos/", views.photos, name="review_photos"),
]
