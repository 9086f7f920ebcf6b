"""What anyone sees first."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.institutions import queries as institutions
from kaogong.notices import queries as notices
from kaogong.training import queries as training
from kaogong.web.parts.policy import schemes_in_force, told
from kaogong.web.portal.forms import VerifyForm


def home(request: HttpRequest) -> HttpResponse:
    """Check a certificate; what is open, who trains, what is on notice, what the policy gives."""
    region, today = settings.REGION_CODE, request.today
    standing = notices.public_notices(region, on=today)
    open_classes = training.open_classes(region, today)
    figures = [
        {
            "label": gettext("认定培训机构"),
            "value": institutions.recognised_providers(region, today).count(),
            "url": reverse("portal:providers:list"),
        },
        {
            "label": gettext("近期开班"),
            "value": open_classes.count(),
            "url": reverse("portal:classes"),
        },
        {
            "label": gettext("公示中"),
            "value": standing.count(),
            "url": reverse("portal:notices:list") + "?state=open",
        },
    ]
    return render(
        request,
        "portal/home.html",
        {
            "region_name": catalog.region_name(region),
            "form": VerifyForm(),
            "figures": figures,
            "notices": list(standing[:4]),
            "classes": list(open_classes[:4]),
            "schemes": [told(scheme) for scheme in schemes_in_force(region, today)],
        },
    )
