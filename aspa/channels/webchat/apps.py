from django.apps import AppConfig


class WebChatConfig(AppConfig):
    name = "aspa.channels.webchat"
    label = "webchat"

    def ready(self) -> None:
        from aspa.channels.webchat.channel import WebChat
        from aspa.core.inboxes import channel

        channel.register(WebChat())
