from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "kaogong.vouchers"
    label = "vouchers"
    verbose_name = "培训券"
