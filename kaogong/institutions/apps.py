from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "kaogong.institutions"
    label = "institutions"
    verbose_name = "机构"
