from django.apps import AppConfig


class MergingConfig(AppConfig):
    """Two records that are one person: suggested, merged and taken apart again."""

    name = "aspa.service.merging"
    label = "merging"
    default_auto_field = "django.db.models.BigAutoField"
