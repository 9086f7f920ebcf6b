from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "kaogong.outcomes"
    label = "outcomes"
    verbose_name = "培训成效"
