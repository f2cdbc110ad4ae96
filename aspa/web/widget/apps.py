from django.apps import AppConfig


class WidgetConfig(AppConfig):
    name = "aspa.web.widget"
    label = "widget"
