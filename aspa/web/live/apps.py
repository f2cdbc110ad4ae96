from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "aspa.web.live"
    label = "live"
