from django.apps import AppConfig


class ShellConfig(AppConfig):
    """The ground every screen stands on: tokens, base templates, icons, small shared scripts."""

    name = "aspa.web.shell"
    label = "shell"
