"""Addresses and names several pages about money share."""

from django.urls import reverse

from kaogong.catalog import queries as catalog


def claim_address(_request, claim) -> str:
    return reverse("bureau:claims:detail", args=[claim.pk])


def line_address(line) -> str:
    return f"{reverse('bureau:claims:detail', args=[line.claim_id])}?line={line.pk}"


def issuer(region_code: str) -> str:
    """The body that decides and publishes in a region."""
    return catalog.region_name(region_code) + "人力资源和社会保障局"
