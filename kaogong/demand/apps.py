from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "kaogong.demand"
    label = "demand"
    verbose_name = "需求与供给"
