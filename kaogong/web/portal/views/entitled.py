"""What am I entitled to: a questionnaire without log-in; the answers travel in the form and are kept nowhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kaogong.grants import queries as grants
from kaogong.web.parts.throttle import too_many
from kaogong.web.parts.values import region_name
from kaogong.web.portal.entitling import AWARD, NO, OPEN, UNSET, YES, answers
from kaogong.web.portal.forms_entitled import STEPS, Step

TRIES, SECONDS = 60, 600


@never_cache
@sensitive_post_parameters()
def entitled(request: HttpRequest) -> HttpResponse:
    """One step after another, back and forth; after the last, what every scheme of the region says."""
    if request.method != "POST":
        return _step(request, 0, _form(request, 0, bound=False))
    here = _number(request.POST.get("step", ""))
    forms = [_form(request, number) for number in range(len(STEPS))]
    if "back" in request.POST:
        wanted = _number(request.POST["back"])
        return _step(request, wanted, _form(request, wanted, refill=True))
    for number, form in enumerate(forms[: here + 1]):
        if not form.is_valid():
            return _step(request, number, form, status=422)
    last = here == len(STEPS) - 1
    if not last and "show" not in request.POST:
        return _step(request, here + 1, _form(request, here + 1, refill=True))
    for number, form in enumerate(forms):
        if not form.is_valid():
            return _step(request, number, form, status=422)
    if too_many(request, "entitled", most=TRIES, seconds=SECONDS):
        forms[here].add_error(None, gettext("问得太快了，请十分钟后再试。"))
        return _step(request, here, forms[here], status=429)
    return _result(request, forms)


def _number(text: str) -> int:
    """A step's number; the first for anything else."""
    return int(text) if text in {str(n) for n in range(len(STEPS))} else 0


def _form(request: HttpRequest, number: int, *, bound: bool = True, refill: bool = False) -> Step:
    """One step's form: empty, bound to what was sent, or filled with it without judging it."""
    kind = STEPS[number]
    first = {"region": settings.REGION_CODE} if number == 0 else {}
    if refill:
        fields = kind(today=request.today).fields
        sent = {
            name: request.POST.getlist(name) if name == "groups" else request.POST.get(name)
            for name in fields
            if name in request.POST
        }
        return kind(today=request.today, initial=first | sent)
    return kind(request.POST, today=request.today) if bound else kind(today=request.today, initial=first)


def _step(request: HttpRequest, number: int, form: Step, status: int = 200) -> HttpResponse:
    return render(
        request,
        "portal/entitled.html",
        {
            "form": form,
            "number": number,
            "title": STEPS[number].title,
            "steps": [
                (step.title, "", "done" if n < number else "here" if n == number else "later")
                for n, step in enumerate(STEPS)
            ],
            "is_last": number == len(STEPS) - 1,
            "carried": _carried(request, form),
        },
        status=status,
    )


def _carried(request: HttpRequest, form: Step | None = None) -> list[tuple[str, str]]:
    """What the other steps were answered, to travel on in this page's form."""
    shown = set(form.fields) if form else set()
    known = [name for step in STEPS for name in step.base_fields]
    return [
        (name, value) for name in known if name not in shown for value in request.POST.getlist(name) if value
    ]


def _result(request: HttpRequest, forms: list[Step]) -> HttpResponse:
    given = {name: value for form in forms for name, value in form.cleaned_data.items()}
    found = answers(given, request.today)
    for_people = [one for one in found if not one.for_bodies]
    titles = [
        (YES, gettext("您可以享受")),
        (UNSET, gettext("条件符合，标准还没有公布")),
        (OPEN, gettext("可能可以享受，还要知道一些情况")),
        (AWARD, gettext("要经过评选或认定的")),
        (NO, gettext("按您的回答不能享受")),
    ]
    sections = [
        (outcome, title, [one for one in for_people if one.outcome == outcome]) for outcome, title in titles
    ]
    return render(
        request,
        "portal/entitled_result.html",
        {
            "sections": [section for section in sections if section[2]],
            "for_bodies": [one for one in found if one.for_bodies],
            "count": sum(one.outcome == YES for one in for_people),
            "region_label": region_name(given["region"]),
            "granted": {one.scheme.code for one in grants.terms(given["region"], request.today)},
            "has_pages": given["region"] == settings.REGION_CODE,
            "said": [row for form in forms for row in _said(form)],
            "carried": _carried(request),
            "steps": [(number, step.title) for number, step in enumerate(STEPS)],
            "is_empty": not found,
        },
    )


def _said(form: Step) -> list[tuple[str, str]]:
    """The answers given, in words."""
    rows = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", [], False):
            continue
        choices = {str(code): label for code, label in getattr(field, "choices", [])}
        if isinstance(value, list):
            words = gettext("、").join(str(choices.get(one, one)) for one in value)
        elif value is True:
            words = gettext("是")
        else:
            words = str(choices.get(str(value), value))
        rows.append((str(field.label), words))
    return rows
