from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "kaogong.presence"
    label = "presence"
    verbose_name = "到课证据"
