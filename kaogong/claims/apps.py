"""Subsidy claims: facts, rules, decision, notice, payment."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "kaogong.claims"
    label = "claims"
    verbose_name = "补贴申领"
