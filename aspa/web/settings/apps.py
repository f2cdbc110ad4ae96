from django.apps import AppConfig


class SettingsPagesConfig(AppConfig):
    """Where the company sets Aspa up: brands, inboxes, people, words; and where agents keep their own profile."""

    name = "aspa.web.settings"
    label = "settings_pages"

    def ready(self) -> None:
        from aspa.web.settings import audit

        audit.register()
