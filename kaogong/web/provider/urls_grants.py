"""Addresses of grants a body applies for, lists of people, and the report of a school's surplus."""

from django.urls import URLPattern, URLResolver, include, path

from kaogong.web.parts.granting_views import addresses

from .views import bought, grants, month_lists, teams

_grants = [
    *addresses("provider", "rail.html"),
    path("lists/", month_lists.MonthLists.as_view(), name="lists"),
    path("lists/month/", month_lists.ImportMonthList.as_view(), name="month_list"),
    path("lists/month/form/", month_lists.allowance_form, name="allowance_form"),
    path("lists/form/", grants.award_form, name="award_form"),
    path("lists/<int:pk>/", grants.award_list, name="award_list"),
    path("lists/new/<slug:code>/", grants.ImportAwardList.as_view(), name="import_list"),
    path("<int:pk>/items/", bought.AddItem.as_view(), name="add_item"),
    path("items/<int:pk>/remove/", bought.remove_item, name="remove_item"),
    path("items/<int:pk>/inventory/", bought.EnterInInventory.as_view(), name="inventory"),
    path("<int:pk>/team/", teams.AddMember.as_view(), name="add_member"),
    path("team/<int:pk>/remove/", teams.remove_member, name="remove_member"),
    path("surplus/", grants.FileSurplus.as_view(), name="surplus"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("grants/", include((_grants, "grants"))),
]
