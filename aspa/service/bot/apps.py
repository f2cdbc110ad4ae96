from django.apps import AppConfig


class BotConfig(AppConfig):
    """Answers from the brand's own published content, with its sources, until a person is wanted."""

    name = "aspa.service.bot"
    label = "bot"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.core.conversations import bots
        from aspa.service.bot import holding, holdings  # noqa: F401 (what is declared there is known by being imported)

        bots.register(holding.among, holding.begins, holding.serves)
