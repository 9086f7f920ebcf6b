from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "kaogong.enquiries"
    label = "enquiries"
    verbose_name = "网上咨询"
