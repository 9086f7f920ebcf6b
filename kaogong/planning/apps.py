from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "kaogong.planning"
    label = "planning"
    verbose_name = "计划与目标"
