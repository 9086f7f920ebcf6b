from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "kaogong.departments"
    label = "departments"
    verbose_name = "部门数据"
