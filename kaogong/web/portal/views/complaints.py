"""Complaining without logging in, following a complaint by its receipt, and who is sanctioned."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache

from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.supervision import operations, queries
from kaogong.web.parts.complaints import ComplaintForm, FollowForm
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.throttle import too_many_unnamed
from kaogong.web.parts.wording import told

PER_PAGE = 20


class Complain(View):
    """One form, no log-in; ``?institution=`` names the provider it is about."""

    def dispatch(self, request):
        asked = request.GET.get("institution", "")
        self.institution = None
        if asked.isdecimal() and len(asked) < 18:
            self.institution = institutions.institution(int(asked), by=system_actor())
            if not (self.institution.is_provider or self.institution.is_assessor):
                raise NotFound()
        return super().dispatch(request)

    def get(self, request):
        return self._page(request, ComplaintForm())

    def post(self, request):
        form = ComplaintForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, 422)
        if too_many_unnamed(request, "complaint", most=10, seconds=3600):
            form.add_error(None, gettext("提交得太多，请一小时后再试，或拨打监督电话。"))
            return self._page(request, form, 429)
        try:
            receipt = operations.receive_complaint(
                channel="portal",
                region_code=settings.REGION_CODE,
                institution_id=self.institution.pk if self.institution else None,
                **form.asked(),
                at=request.at,
            )
        except NotFound:
            raise
        except Refused as refusal:
            form.add_error(None, told(refusal))
            return self._page(request, form, 422)
        response = render(request, "portal/complaint_receipt.html", {"receipt": receipt})
        response["Cache-Control"] = "no-store"
        return response

    def _page(self, request, form, status=200):
        context = {"form": form, "institution": self.institution}
        return render(request, "portal/complaint.html", context, status=status)


@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Where a complaint stands, for whoever holds its number and secret; posted, so no address holds them."""
    form, found, again = FollowForm(request.POST or None), None, ReasonForm()
    status = 200
    if request.method == "POST" and form.is_valid():
        if too_many_unnamed(request, "complaint-follow", most=30, seconds=3600):
            form.add_error(None, gettext("查询得太多，请一小时后再试。"))
            return render(request, "portal/complaint_follow.html", {"form": form}, status=429)
        given = form.cleaned_data
        try:
            found = queries.complaint_as_told(given["number"], given["secret"])
            if request.POST.get("step") == "again":
                again = ReasonForm(request.POST)
                if again.is_valid():
                    found = operations.ask_again(
                        given["number"], given["secret"], at=request.at, reason=again.cleaned_data["reason"]
                    )
        except NotFound:
            form.add_error(None, gettext("编号或查询码不对。"))
            status = 404
        except Refused as refusal:
            form.add_error(None, told(refusal))
            status = 422
    return render(
        request,
        "portal/complaint_follow.html",
        {
            "form": form,
            "found": found,
            "again": again,
            "outcome": queries.COMPLAINT_OUTCOMES.get(found.outcome, "") if found else "",
            "may_ask_again": found is not None and found.status in ("answered", "closed", "forwarded"),
        },
        status=status,
    )


def sanctions(request: HttpRequest) -> HttpResponse:
    """Published sanctions in force, the blacklist among them."""
    page = Paginator(queries.published_sanctions(settings.REGION_CODE), PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    for one in shown.object_list:
        one.words = [queries.SANCTION_EFFECTS[code] for code in one.effects if code != "published"]
    return render(
        request, "portal/sanctions.html", {"page": shown, "follow_url": reverse("portal:complaints:follow")}
    )
