from django.apps import AppConfig


class HelpsiteConfig(AppConfig):
    """The brand's public help site."""

    name = "aspa.web.helpsite"
    label = "helpsite"
    default_auto_field = "django.db.models.BigAutoField"
