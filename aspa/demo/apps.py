from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A web shop with Aspa in it, to look at and to try; no part of an installation's own data."""

    name = "aspa.demo"
    label = "demo"
