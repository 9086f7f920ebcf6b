"""Addresses of periods, accounts and checks of the ledger."""

from django.urls import path

from .views import books

urlpatterns = [
    path("checks/", books.checks, name="checks"),
    path("periods/", books.Periods.as_view(), name="periods"),
    path("periods/close/", books.ClosePeriod.as_view(), name="close_period"),
    path("periods/<int:pk>/reopen/", books.ReopenPeriod.as_view(), name="reopen_period"),
    path("accounts/", books.Accounts.as_view(), name="accounts"),
    path("accounts/<int:pk>/close/", books.CloseAccount.as_view(), name="close_account"),
    path("accounts/closings/<int:pk>/reopen/", books.ReopenAccount.as_view(), name="reopen_account"),
]
