"""The floor of a page: one indexed query and an empty template, with no middleware around it."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from kaogong.people.models import Person

_EMPTY = engines["django"].from_string("")


def bare(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch one person by key and say nothing."""
    person = Person.objects.only("name").filter(pk=pk).first()
    return HttpResponse(_EMPTY.render({"person": person}, request))


urlpatterns = [path("bare/<int:pk>/", bare)]
