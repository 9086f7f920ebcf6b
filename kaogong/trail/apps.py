from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "kaogong.trail"
    label = "trail"
    verbose_name = "经办轨迹"
