from django.apps import AppConfig


class BotConfig(AppConfig):
    """Answers from the brand's own published content, with its sources, until a person is wanted."""

    name = "aspa.service.bot"
    label = "bot"
    default_auto_field = "django.db.models.BigAutoField"
