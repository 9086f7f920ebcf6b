from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kaogong.audit"
    label = "audit"
    verbose_name = "审计"
