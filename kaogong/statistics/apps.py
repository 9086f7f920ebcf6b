from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "kaogong.statistics"
    label = "statistics"
    verbose_name = "统计"
