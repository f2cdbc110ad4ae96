from django.urls import path

from aspa.web.content.moderation import deciding, queue, rules

urlpatterns = [
    path("", queue.page, name="moderation"),
    path("decide", deciding.decide, name="moderation_decide"),
    path("undo", deciding.undo, name="moderation_undo"),
    path("authors/<int:contact_id>", deciding.author, name="moderation_author"),
    path("rules/<int:brand_id>/", rules.page, name="moderation_rules"),
]
