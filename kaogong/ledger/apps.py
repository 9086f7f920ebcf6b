from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kaogong.ledger"
    label = "ledger"
    verbose_name = "资金专账"
