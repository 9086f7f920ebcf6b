from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "kaogong.catalog"
    label = "catalog"
    verbose_name = "目录与代码"
