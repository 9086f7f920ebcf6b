"""Audit packs and samples: asked for, in the making, taken along; everything shown to an auditor is told."""

import json

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kaogong import sheets
from kaogong.access.permissions import Permission as P
from kaogong.audit import operations, queries, tasks
from kaogong.kernel.sampling import differences
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_audit import AskPackForm, DrawSampleForm, PrepareSampleForm
from kaogong.web.bureau.tables_audit import PackTable, SampleTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.templatetags.parts import yuan
from kaogong.web.parts.values import region_name


class Packs(ListPage):
    """Every pack of the region."""

    title = _("审计包")
    subtitle = _("一个文件带走全部记录，附一个只用 Python 就能运行的核对程序：不信任本系统也能核对。")
    table_class = PackTable
    may = P.MAKE_AUDIT_PACK
    empty_title = _("还没有审计包")
    empty_text = _("点“制作审计包”，选起止日期和用途；在后台制作，完成后在这里下载。")

    def rows(self, request):
        return queries.packs(request.actor)

    def actions(self, request):
        return [
            Action(gettext("审计抽样"), reverse("bureau:audit_samples:list")),
            Action(gettext("制作审计包"), reverse("bureau:audit_packs:ask"), primary=True),
        ]


class AskPack(FormPage):
    """Which days, what for."""

    title = _("制作审计包")
    form_class = AskPackForm
    may = P.MAKE_AUDIT_PACK
    submit_label = _("开始制作")
    next_story = _("在后台制作，可以离开本页。谁、为何、含不含个人信息，都记入经办轨迹。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:audit_packs:list")

    def initial(self, request):
        return {"from_on": request.today.replace(month=1, day=1), "to_on": request.today}

    def act(self, request, form):
        pack = tasks.make_pack(**form.cleaned_data, by=request.actor, at=request.at)
        return reverse("bureau:audit_packs:detail", args=[pack.pk])


def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """One pack: how far it is, or its digests and the way to take and check it."""
    require_may(request.actor, P.MAKE_AUDIT_PACK, gettext("审计包"))
    found = queries.pack(pk, by=request.actor)
    shown = {
        "pack": found,
        "region": region_name(found.region_code[:6]),
        "megabytes": f"{found.size / 1e6:,.1f}",
    }
    return render(request, "bureau/audits/pack.html", shown)


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece that asks again; when the pack is made it sends the browser to the result."""
    require_may(request.actor, P.MAKE_AUDIT_PACK, gettext("审计包"))
    found = queries.pack(pk, by=request.actor)
    if found.finished_at is not None:
        response = HttpResponse()
        response["HX-Redirect"] = reverse("bureau:audit_packs:detail", args=[pk])
        return response
    return render(request, "bureau/audits/progress.html", {"pack": found})


@require_GET
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The archive, streamed; who took it is told."""
    found, pieces = operations.take_pack(pk, by=request.actor, at=request.at)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = f'attachment; filename="{found.number}.zip"'
    return response


class Samples(ListPage):
    """Every plan of the region."""

    title = _("审计抽样")
    subtitle = _("先固定总体，再公布种子，后抽取：任何人都能重抽一次核对。")
    table_class = SampleTable
    may = P.DRAW_AUDIT_SAMPLE
    empty_title = _("还没有抽样")
    empty_text = _("点“准备抽样”，选起止日期、方法和笔数。")

    def rows(self, request):
        return queries.samples(request.actor)

    def actions(self, request):
        return [
            Action(gettext("审计包"), reverse("bureau:audit_packs:list")),
            Action(gettext("准备抽样"), reverse("bureau:audit_samples:prepare"), primary=True),
        ]


class PrepareSample(FormPage):
    """Fix what is drawn from."""

    title = _("准备抽样")
    form_class = PrepareSampleForm
    may = P.DRAW_AUDIT_SAMPLE
    submit_label = _("固定总体")
    next_story = _("总体固定后不能再改，指纹记入轨迹。下一步：填入此后公布的种子，抽取。")

    def start(self, request, **_):
        self.cancel_url = reverse("bureau:audit_samples:list")

    def initial(self, request):
        return {"from_on": request.today.replace(month=1, day=1), "to_on": request.today, "size": 10}

    def act(self, request, form):
        plan = operations.prepare_sample(**form.cleaned_data, by=request.actor, at=request.at)
        return _address(plan)


class DrawSample(FormPage):
    """The seed."""

    title = _("抽取")
    form_class = DrawSampleForm
    may = P.DRAW_AUDIT_SAMPLE
    submit_label = _("抽取")
    next_story = _("抽取后种子和结果不能再改。")

    def start(self, request, *, pk):
        self.plan = queries.sample(pk, by=request.actor)
        self.cancel_url = _address(self.plan)

    def act(self, request, form):
        return _address(
            operations.draw_sample(self.plan.pk, **form.cleaned_data, by=request.actor, at=request.at)
        )


def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what it draws from, what came out, and whether it comes out again."""
    require_may(request.actor, P.DRAW_AUDIT_SAMPLE, gettext("审计抽样"))
    plan = queries.sample(pk, by=request.actor)
    drawn = list(queries.sampled(plan)) if plan.status == "drawn" else []
    again = differences(queries.sample_package(plan)) if drawn else []
    covered = sum(row.amount_fen for row in drawn)
    return render(
        request,
        "bureau/audits/sample.html",
        {"plan": plan, "drawn": drawn, "differences": again, "covered": covered},
    )


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The working paper: what was drawn, with room for what the auditor finds."""
    plan = operations.take_sample(pk, by=request.actor, at=request.at)
    columns = [
        ("place", gettext("序号"), "integer"), ("reference", gettext("流水号"), "text"),
        ("purpose", gettext("用途"), "text"), ("about", gettext("依据"), "text"),
        ("payee", gettext("收款人"), "name"), ("amount", gettext("金额"), "money"),
        ("paid", gettext("到账时间"), "datetime"), ("why", gettext("为何抽中"), "text"),
        ("link", gettext("在系统中打开"), "text"), ("seen", gettext("查验资料"), "text"),
        ("fits", gettext("是否相符"), "text"), ("remarks", gettext("审计意见"), "text"),
        ("auditor", gettext("审计人"), "text"), ("on", gettext("日期"), "text"),
    ]  # fmt: skip
    rows = (
        {
            "place": row.place, "reference": row.payment.reference, "purpose": row.payment.purpose,
            "about": row.payment.reservation.reference, "payee": row.payment.payee_name,
            "amount": row.amount_fen, "paid": row.payment.answered_at, "why": row.why,
            "link": request.build_absolute_uri(reverse("bureau:payments:detail", args=[row.payment_id])),
            "seen": "", "fits": "", "remarks": "", "auditor": "", "on": "",
        }
        for row in queries.sampled(plan)
    )  # fmt: skip
    data = sheets.write_table(
        columns, rows, title=gettext("审计抽样工作底稿 {number}").format(number=plan.number),
        subtitle=gettext("总体 {count} 笔 {sum}　总体指纹 {digest}　种子 {seed}（{source}）").format(
            count=plan.roster_count, sum=yuan(plan.roster_fen), digest=plan.roster_digest[:16],
            seed=plan.seed or "—", source=plan.seed_source or "—",
        ),
    )  # fmt: skip
    return download(data, f"{plan.number}.xlsx")


@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as the file by which anyone draws it again."""
    plan = operations.take_sample(pk, by=request.actor, at=request.at)
    if plan.status != "drawn":
        return redirect(_address(plan))
    text = json.dumps(queries.sample_package(plan), ensure_ascii=False, indent=1)
    return download(text.encode(), f"{plan.number}.json", "application/json; charset=utf-8")


def _address(plan) -> str:
    return reverse("bureau:audit_samples:detail", args=[plan.pk])
