from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "kaogong.certificates"
    label = "certificates"
    verbose_name = "证书"
