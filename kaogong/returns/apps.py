from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "kaogong.returns"
    label = "returns"
    verbose_name = "报表"
