from django.apps import AppConfig


class AspaOscarConfig(AppConfig):
    """Aspa in an oscar shop: the chat on its pages, what the customer sees and gathers, and the orders.

    Add "testing.oscar.plugin" before oscar's apps, `ASPA` to the settings, and `{% load aspa_oscar %}{% aspa %}` to
    oscar/partials/extrascripts.html.
    """

    name = "testing.oscar.plugin"
    label = "aspa_oscar"

    def ready(self) -> None:
        from testing.oscar.plugin import feeding

        feeding.listen()
