from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "kaogong.funds"
    label = "funds"
    verbose_name = "资金拨付"
