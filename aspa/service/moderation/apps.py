from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What customers publish is looked at before anybody else sees it, where that is wise."""

    name = "aspa.service.moderation"
    label = "moderation"
    default_auto_field = "django.db.models.BigAutoField"
