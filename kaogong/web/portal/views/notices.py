"""Public notices, and objections to them."""

from django.conf import settings
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.working_days import working_days_between
from kaogong.notices import operations, queries
from kaogong.papers import NoticePaper, notice_pdf
from kaogong.web.parts.lists import download
from kaogong.web.parts.notices import notice_columns
from kaogong.web.parts.throttle import too_many
from kaogong.web.parts.wording import told
from kaogong.web.portal.forms import ObjectionForm

PER_PAGE = 20
SALT = "kaogong.objection"


def notices_page(request: HttpRequest) -> HttpResponse:
    """Notices of the region, the latest first; in progress or over."""
    state = request.GET.get("state", "")
    rows = queries.public_notices(settings.REGION_CODE)
    if state == "open":
        rows = queries.public_notices(settings.REGION_CODE, on=request.today)
    elif state == "over":
        rows = rows.exclude(status="published", opens_on__lte=request.today, closes_on__gte=request.today)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for notice in page.object_list:
        _stand(notice, request.today)
    return render(request, "portal/notices.html", {"page": page, "state": state})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its masked rows, its days and how to object."""
    notice = _stand(_public(pk), request.today)
    page = Paginator(queries.rows_of(notice.pk), 100).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/notice.html",
        {
            "notice": notice,
            "page": page,
            "rows": [
                (row, [(key, label, row.cells.get(key, "")) for key, label in notice.columns])
                for row in page.object_list
            ],
            "paragraphs": _paragraphs(notice),
        },
    )


def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as it hangs on the board."""
    notice = _public(pk)
    rows = list(queries.rows_of(notice.pk))
    paper = NoticePaper(
        title=notice.title,
        document_number=notice.number,
        body=_paragraphs(notice),
        issuer=catalog.region_name(notice.region_code) + "人力资源和社会保障局",
        issued_on=notice.opens_on,
        starts_on=notice.opens_on,
        ends_on=notice.closes_on,
        working_days=notice.working_days,
        complaint_phone=notice.complaint_phone or "—",
        complaint_address=notice.complaint_address,
        columns=notice_columns(notice.columns),
        rows=[[str(row.cells.get(key, "")) for key, _label in notice.columns] for row in rows],
        illustrative="示例标准" in notice.body,
        synthetic=catalog.is_fictional_region(notice.region_code),
    )
    return download(notice_pdf(paper), f"{notice.number}.pdf", "application/pdf")


class Objecting(View):
    """Write, check, send: an objection is read over once before it is handed in."""

    def dispatch(self, request, pk):
        self.notice = _stand(_public(pk), request.today)
        if not self.notice.takes_objections:
            raise operations.NoticeNotOpen()
        self.rows = [
            (str(row.pk), gettext("第 {n} 条 {name}").format(n=row.sequence, name=row.cells.get("name", "")))
            for row in queries.rows_of(self.notice.pk)
        ]
        return super().dispatch(request, pk)

    def get(self, request, pk):
        form = ObjectionForm(rows=self.rows, initial={"row": request.GET.get("row", "")})
        return self._page(request, form)

    def post(self, request, pk):
        form = ObjectionForm(request.POST, rows=self.rows)
        if not form.is_valid() or request.POST.get("step") == "change":
            return self._page(request, form, status=200 if form.is_valid() else 422)
        if request.POST.get("step") != "send":
            words = dict(form.fields["row"].choices)
            return self._page(request, form, checking=True, row_words=words[form.cleaned_data["row"]])
        if too_many(request, "objection", most=10, seconds=3600):
            form.add_error(None, gettext("这个网络地址提交得太多，请一小时后再试，或拨打监督电话。"))
            return self._page(request, form, status=429)
        given = form.cleaned_data
        try:
            objection = operations.receive_objection(
                self.notice.pk,
                row_id=int(given["row"]) if given["row"] else None,
                name=given["name"],
                contact=given["contact"],
                content=given["content"],
                at=request.at,
            )
        except NotFound:
            raise
        except Refused as refusal:
            form.add_error(None, told(refusal))
            return self._page(request, form, status=422)
        return redirect("portal:notices:receipt", token=signing.dumps(objection.pk, salt=SALT))

    def _page(self, request, form, status=200, **more):
        context = {"notice": self.notice, "form": form, **more}
        return render(request, "portal/objection.html", context, status=status)


def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was received and what became of it; only whoever has the address sees it."""
    try:
        objection_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotFound() from None
    objection = queries.objection_as_told(objection_id)
    return render(
        request,
        "portal/receipt.html",
        {
            "objection": objection,
            "number": f"{objection.notice.number}-YY{objection.pk}",
            "address": settings.PUBLIC_ADDRESS.rstrip("/") + reverse("portal:notices:receipt", args=[token]),
        },
    )


def _public(pk: int):
    notice = queries.notice(pk)
    if not notice.region_code.startswith(_prefix()):
        raise NotFound()
    return notice


def _prefix() -> str:
    return settings.REGION_CODE.rstrip("0") or settings.REGION_CODE


def _stand(notice, today):
    """Attach whether it takes objections and how many working days are left, today included."""
    notice.takes_objections = notice.status == "published" and notice.opens_on <= today <= notice.closes_on
    notice.days_left = working_days_between(today, notice.closes_on) if notice.takes_objections else 0
    return notice


def _paragraphs(notice) -> list[str]:
    return [line for line in notice.body.splitlines() if line.strip()]
