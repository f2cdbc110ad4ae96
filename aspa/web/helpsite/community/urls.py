"""The community: questions, and what customers and staff answer."""

from __future__ import annotations

from django.urls import path

from aspa.web.helpsite.community import acting, answers, asking, pictures, questions, reporting

urlpatterns = [
    path("", questions.front, name="community"),
    path("mine/", questions.mine, name="community-mine"),
    path("ask/", asking.ask, name="community-ask"),
    path("similar/", asking.similar, name="community-similar"),
    path("q/<int:pk>/", questions.page, name="community-question"),
    path("q/<int:pk>/answer/", answers.answer, name="community-answer"),
    path("q/<int:pk>/edit/", asking.edit, name="community-edit"),
    path("q/<int:pk>/vote/", acting.vote_question, name="community-vote"),
    path("q/<int:pk>/follow/", acting.follow, name="community-follow"),
    path("q/<int:pk>/delete/", acting.delete_question, name="community-delete"),
    path("q/<int:pk>/<slug:slug>/", questions.page, name="community-question"),
    path("a/<int:pk>/edit/", answers.edit, name="community-answer-edit"),
    path("a/<int:pk>/vote/", acting.vote_answer, name="community-answer-vote"),
    path("a/<int:pk>/accept/", acting.accept, name="community-accept"),
    path("a/<int:pk>/delete/", acting.delete_answer, name="community-answer-delete"),
    path("a/<int:pk>/f/<str:public_id>/<str:file>", pictures.download, name="community-file"),
    path("a/<int:pk>/article/", acting.to_article, name="community-article"),
    path("p/<slug:public_id>.webp", pictures.picture, name="community-picture"),
    path("unfollow/<str:token>/", acting.unfollow, name="community-unfollow"),
    path("report/<slug:kind>/<int:key>/", reporting.report, name="report"),
]
