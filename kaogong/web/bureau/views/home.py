"""What needs me now."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.working_days import is_working_day, working_days_between
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.bureau import todo_planning, waiting


def home(request: HttpRequest) -> HttpResponse:
    """Counts that open to lists, the oldest of each with its deadline, and what is in training now."""
    if not request.actor.may(Permission.REPORT_DUTY):
        require_may(request.actor, Permission.VIEW_BUREAU, gettext("今日待办"))
    todos = waiting.everything(request)
    running = []
    sees_picture = request.actor.may(Permission.VIEW_PEOPLE)
    if sees_picture:
        running = list(training.training_classes(request.actor, status="running").order_by("ends_on")[:8])
        for training_class in running:
            training_class.days_left = working_days_between(request.today, training_class.ends_on)
    return render(
        request,
        "bureau/home.html",
        {
            "todos": [kind for kind in todos if kind.count],
            "clear": [kind.title for kind in todos if not kind.count],
            "total": sum(kind.count for kind in todos),
            "running": running,
            "lagging": todo_planning.lagging(request),
            "picture_url": reverse("bureau:picture:home") if sees_picture else "",
            "step_days": settings.STEP_WORKING_DAYS,
            "region_name": catalog.region_name(request.actor.region_code),
            "is_working_day": is_working_day(request.today),
        },
    )
