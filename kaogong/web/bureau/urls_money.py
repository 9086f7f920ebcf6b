"""Addresses of claims, notices, payments, the ledger and the rulebook."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
