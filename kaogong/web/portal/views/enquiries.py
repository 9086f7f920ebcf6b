"""Asking without logging in, following an enquiry by its receipt, and what is answered for everybody."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache

from kaogong.enquiries import operations, queries
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import tidy
from kaogong.web.parts.enquiries import (
    AddForm,
    AskForm,
    EnquiryFollowForm,
    category_choices,
    complaint_address,
    told_to_asker,
)
from kaogong.web.parts.throttle import too_many_unnamed
from kaogong.web.parts.wording import told

PER_PAGE = 20


def questions(request: HttpRequest) -> HttpResponse:
    """Common questions, found by word and category; from here one asks."""
    words, category = tidy(request.GET.get("q", ""))[:60], request.GET.get("category", "")
    kinds = category_choices()
    if category not in dict(kinds):
        category = ""
    rows = queries.public_questions(settings.REGION_CODE, request.today, words=words, category=category)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for one in page.object_list:
        one.kind = queries.category_name(one.category)
    return render(
        request,
        "portal/enquiries.html",
        {
            "page": page,
            "words": words,
            "category": category,
            "kinds": kinds,
            "is_filtered": bool(words or category),
        },
    )


def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One common question with its answer, from when it holds and what it rests on."""
    found = queries.public_question(pk, settings.REGION_CODE, request.today)
    schemes = dict(queries.schemes_offered(settings.REGION_CODE, request.today))
    return render(
        request,
        "portal/common_question.html",
        {
            "found": found,
            "kind": queries.category_name(found.category),
            "scheme": schemes.get(found.scheme_code, ""),
        },
    )


class Ask(View):
    """One form, no log-in, no attachment."""

    def get(self, request):
        return self._page(request, AskForm(today=request.today))

    def post(self, request):
        form = AskForm(request.POST, today=request.today)
        if not form.is_valid():
            return self._page(request, form, 422)
        if too_many_unnamed(request, "enquiry", most=10, seconds=3600):
            form.add_error(None, gettext("提交得太多，请一小时后再试。"))
            return self._page(request, form, 429)
        try:
            receipt = operations.ask_enquiry(channel="portal", **form.asked(), at=request.at)
        except Refused as refusal:
            form.add_error(None, told(refusal))
            return self._page(request, form, 422)
        has_contact = bool(form.cleaned_data["contact"])
        context = {"receipt": receipt, "has_contact": has_contact}
        response = render(request, "portal/enquiry_receipt.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _page(self, request, form, status=200):
        context = {"form": form, "complaint_url": complaint_address("portal")}
        return render(request, "portal/ask.html", context, status=status)


@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Where an enquiry stands, for whoever holds its number and code; posted, so no address holds them."""
    form, add, found, status = EnquiryFollowForm(request.POST or None), AddForm(), None, 200
    if request.method == "POST" and form.is_valid():
        if too_many_unnamed(request, "enquiry-follow", most=30, seconds=3600):
            form.add_error(None, gettext("查询得太多，请一小时后再试。"))
            return render(request, "portal/enquiry_follow.html", {"form": form}, status=429)
        try:
            found, add, status = _followed(request, form.cleaned_data)
        except NotFound:
            form.add_error(None, gettext("编号或查询码不对。"))
            status = 404
    context = {"form": form, "add": add, "receipt": form.cleaned_data if found else None}
    if found is not None:
        context |= told_to_asker(found, request.today)
    return render(request, "portal/enquiry_follow.html", context, status=status)


def _followed(request: HttpRequest, given: dict) -> tuple:
    """The enquiry after the step asked for, the form to ask further, and the answer's code."""
    told_by = (given["number"], given["secret"])
    step, add, status = request.POST.get("step", ""), AddForm(), 200
    queries.enquiry_as_told(*told_by)
    if step == "judge":
        helped = request.POST.get("helped") == "yes"
        try:
            operations.judge_reply(*told_by, is_helped=helped, at=request.at)
        except operations.NothingToJudge:
            status = 409  # said already, or twice at once: the page shows what stands
    elif step == "add":
        add = AddForm(request.POST)
        status = 422
        if add.is_valid():
            try:
                operations.add_to_enquiry(*told_by, **add.asked(), at=request.at)
                add, status = AddForm(), 200
            except Refused as refusal:
                add.add_error(None, told(refusal))
    return queries.enquiry_as_told(*told_by), add, status
