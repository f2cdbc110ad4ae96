from django.apps import AppConfig


class StaffingConfig(AppConfig):
    """Whether somebody is there when it says open."""

    name = "aspa.service.staffing"
    label = "staffing"
    default_auto_field = "django.db.models.BigAutoField"
