from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "kaogong.grants"
    label = "grants"
    verbose_name = "资助奖励"
