from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Within which business time customers are answered."""

    name = "aspa.service.sla"
    label = "sla"
    default_auto_field = "django.db.models.BigAutoField"
