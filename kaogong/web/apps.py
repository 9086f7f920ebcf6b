from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kaogong.web"
    label = "web"
    verbose_name = "页面"
