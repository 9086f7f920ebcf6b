from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "kaogong.statements"
    label = "statements"
    verbose_name = "对账单"
