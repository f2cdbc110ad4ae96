from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Customers ask and answer one another, and staff answers with its name."""

    name = "aspa.service.community"
    label = "community"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.core.inboxes import channel
        from aspa.service.community import kinds, searching, timeline
        from aspa.service.community.channel import Community
        from aspa.service.moderation import kinds as moderated
        from aspa.service.search import content
        from aspa.service.timeline import sources

        channel.register(Community())
        moderated.register(kinds.Questions())
        moderated.register(kinds.Answers())
        content.register(searching.Questions())
        sources.register(timeline.Questions())
        sources.register(timeline.Answers())
