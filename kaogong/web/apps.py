from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kaogong.web"
    label = "web"
    verbose_name = "页面"

    def ready(self) -> None:
        from . import sessions  # noqa: F401  (notes every log-in from the first one on)
        from .parts.plain_messages import say_plainly

        say_plainly()
