from django.apps import AppConfig


class RecoveriesConfig(AppConfig):
    name = "kaogong.recoveries"
    label = "recoveries"
    verbose_name = "追回"
