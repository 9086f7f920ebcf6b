from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "kaogong.risk"
    label = "risk"
    verbose_name = "风险发现"
