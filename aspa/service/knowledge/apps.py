from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What is published so that customers can help themselves: articles in all their kinds and languages."""

    name = "aspa.service.knowledge"
    label = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"
