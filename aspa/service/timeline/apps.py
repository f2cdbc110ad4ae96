from django.apps import AppConfig


class TimelineConfig(AppConfig):
    """Everything that happened with one customer, newest first, whatever its source."""

    name = "aspa.service.timeline"
    label = "timeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.timeline import agents, conversations, sources

        for source in (
            conversations.Conversations,
            conversations.Notes,
            conversations.Turns,
            agents.AboutThem,
            agents.Changes,
        ):
            sources.register(source())
