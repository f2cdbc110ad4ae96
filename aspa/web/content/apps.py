from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Where what is published is written, compared and put in order."""

    name = "aspa.web.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.web.content import audit

        audit.register()
