from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "aspa.kit.tasks"
    label = "tasks"
