"""One's own enquiries: the same pages behind the provider's and the learner's door."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.enquiries import operations, queries
from kaogong.enquiries.states import TOLD
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import require_may

from .enquiries import AddForm, AskForm, complaint_address, told_to_asker
from .pages import FormPage
from .throttle import too_many_unnamed
from .wording import told


def own(request: HttpRequest, *, door: str, layout: str) -> HttpResponse:
    """What I asked, the latest first."""
    require_may(request.actor, P.ASK_ENQUIRY, gettext("网上咨询"))
    rows = list(queries.enquiries(request.actor)[:100])
    for row in rows:
        row.told, row.kind = TOLD[row.status], queries.category_name(row.category)
    return render(
        request,
        "parts/own_enquiries.html",
        {
            "page_base": layout,
            "rows": rows,
            "door": f"{door}:enquiries",
            "complaint_url": complaint_address(door),
        },
    )


class AskOwn(FormPage):
    """Ask from one's own page."""

    title = _("我要咨询")
    template_name = "parts/ask_enquiry.html"
    form_class = AskForm
    may = P.ASK_ENQUIRY
    submit_label = _("提交咨询")
    next_story = _("提交后在“网上咨询”里看办理情况和答复。")
    door, layout = "", ""

    def start(self, request, **where):
        self.page_base = self.layout
        self.cancel_url = reverse(f"{self.door}:enquiries:list")

    def form_arguments(self, request):
        return {"own": True, "today": request.today}

    def initial(self, request):
        return {"region_code": settings.REGION_CODE}

    def more(self, request):
        return {"complaint_url": complaint_address(self.door)}

    def act(self, request, form):
        if too_many_unnamed(request, f"enquiry-{request.actor.account_id}", most=10, seconds=3600):
            raise TooManyEnquiries()
        made = operations.ask_enquiry(
            channel=self.door, **form.asked(), by=request.actor, at=request.at
        ).enquiry
        messages.success(request, gettext("已收到您的咨询 {number}。").format(number=made.number))
        return reverse(f"{self.door}:enquiries:detail", args=[made.pk])


class TooManyEnquiries(Refused):
    """提交得太多，请一小时后再试。"""


def detail(request: HttpRequest, pk: int, *, door: str, layout: str) -> HttpResponse:
    """One of mine: what I asked, what was answered, what I can do now."""
    require_may(request.actor, P.ASK_ENQUIRY, gettext("网上咨询"))
    found = queries.enquiry(pk, by=request.actor)
    add, status = AddForm(), 200
    if request.method == "POST":
        add, status = _step(request, found)
        if status == 302:
            return redirect(f"{door}:enquiries:detail", pk=pk)
    context = {"page_base": layout, "door": f"{door}:enquiries", "add": add}
    return render(
        request, "parts/own_enquiry.html", context | told_to_asker(found, request.today), status=status
    )


def _step(request: HttpRequest, found) -> tuple[AddForm, int]:
    """Ask further, or say whether it helped; 302 once done, 422 with what is wrong."""
    by, at = request.actor, request.at
    if request.POST.get("step") == "judge":
        operations.judge_own_reply(found.pk, is_helped=request.POST.get("helped") == "yes", by=by, at=at)
        messages.success(request, gettext("谢谢您的评价。"))
        return AddForm(), 302
    add = AddForm(request.POST)
    if not add.is_valid():
        return add, 422
    try:
        operations.add_to_own_enquiry(found.pk, **add.asked(), by=by, at=at)
    except Refused as refusal:
        add.add_error(None, told(refusal))
        return add, 422
    messages.success(request, gettext("追问已收到。"))
    return add, 302


def addresses(door: str, layout: str) -> list[URLPattern]:
    """The addresses of one's own enquiries behind a door."""
    where = {"door": door, "layout": layout}
    return [
        path("", own, where, name="list"),
        path("ask/", AskOwn.as_view(door=door, layout=layout), name="ask"),
        path("<int:pk>/", detail, where, name="detail"),
    ]
