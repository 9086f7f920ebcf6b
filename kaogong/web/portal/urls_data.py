"""Addresses of open data."""

from django.urls import path

from .views import data

data_urls = [
    path("", data.datasets, name="list"),
    path("<slug:slug>/", data.dataset, name="detail"),
    path("<slug:slug>.csv", data.as_csv, name="csv"),
    path("<slug:slug>.json", data.as_json, name="json"),
]
