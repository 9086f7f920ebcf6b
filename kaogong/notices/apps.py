from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "kaogong.notices"
    label = "notices"
    verbose_name = "公示"
