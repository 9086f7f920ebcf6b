"""Addresses of recognition, facilities, staff and grades of one's own institution."""

from django.urls import URLPattern, URLResolver, include, path

from .views import facilities, grades, recognition

of_institution = [
    path("rooms/new/", facilities.AddRoom.as_view(), name="add_room"),
    path("equipment/new/", facilities.AddEquipment.as_view(), name="add_equipment"),
    path("equipment/import/", facilities.ImportEquipment.as_view(), name="import_equipment"),
    path("equipment/form/", facilities.equipment_form, name="equipment_form"),
    path("equipment/sheet/", facilities.equipment_sheet, name="equipment_sheet"),
    path("equipment/<int:pk>/remove/", facilities.remove_equipment, name="remove_equipment"),
    path("trainers/import/", facilities.ImportTrainers.as_view(), name="import_trainers"),
    path("trainers/form/", facilities.trainer_form, name="trainer_form"),
    path("trainers/sheet/", facilities.trainer_sheet, name="trainer_sheet"),
    path("trainers/<int:pk>/", facilities.trainer, name="trainer"),
    path("trainers/<int:pk>/qualification/", facilities.AddQualification.as_view(), name="qualify_trainer"),
    path("trainers/<int:pk>/development/", facilities.RecordDevelopment.as_view(), name="develop_trainer"),
    path("trainers/<int:pk>/remove/", facilities.remove_trainer, name="remove_trainer"),
    path("teaching/", grades.teaching, name="teaching"),
]

_recognition = [
    path("", recognition.overview, name="list"),
    path("apply/", recognition.Apply.as_view(), name="apply"),
    path("<int:pk>/", recognition.detail, name="detail"),
    path("<int:pk>/change/", recognition.Change.as_view(), name="change"),
    path("<int:pk>/paper/", recognition.AddPaper.as_view(), name="add_paper"),
    path("<int:pk>/submit/", recognition.submit, name="submit"),
    path("<int:pk>/withdraw/", recognition.withdraw, name="withdraw"),
    path("paper/<int:pk>/", recognition.paper, name="paper"),
]
_grades = [
    path("", grades.grades, name="list"),
    path("<int:pk>/", grades.grade, name="detail"),
    path("<int:pk>/appeal/", grades.Appeal.as_view(), name="appeal"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("recognition/", include((_recognition, "recognition"))),
    path("grades/", include((_grades, "grades"))),
]
