from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kaogong.people"
    label = "people"
    verbose_name = "实名人员"
