from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What is published so that customers can help themselves: articles in all their kinds and languages."""

    name = "aspa.service.knowledge"
    label = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.knowledge.comments import Comments
        from aspa.service.knowledge.indexed import Published
        from aspa.service.knowledge.timeline import Commented
        from aspa.service.moderation import kinds
        from aspa.service.search import content
        from aspa.service.timeline import sources

        content.register(Published())
        kinds.register(Comments())
        sources.register(Commented())
