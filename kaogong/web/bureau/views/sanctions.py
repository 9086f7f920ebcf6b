"""Sanctions: proposed with the ladder in view, heard, decided with the effects in view, told, over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.institutions import queries as institutions
from kaogong.kernel.errors import NotFound
from kaogong.supervision import operations, queries
from kaogong.trail.operations import require_may
from kaogong.web.bureau.forms_oversight import DecideForm, ProposeForm, TellForm
from kaogong.web.bureau.tables_oversight import SanctionTable
from kaogong.web.parts.lists import ListPage
from kaogong.web.parts.pages import FormPage, act
from kaogong.web.parts.records import Section, acts_of, link
from kaogong.web.parts.templatetags.parts import yuan
from kaogong.web.parts.values import in_english


class Sanctions(ListPage):
    """Every sanction of the region."""

    title = _("处理决定")
    subtitle = _("提出、听取陈述申辩、另一人决定、送达、执行、期满或修复")
    table_class = SanctionTable
    may = P.VIEW_PEOPLE
    empty_title = _("没有处理")
    empty_text = _("案件定性确认以后，在案件页提出处理。")

    def rows(self, request):
        return queries.sanctions(request.actor)


class ProposeSanction(FormPage):
    """Propose a step for a confirmed case (?case=) or an institution (?institution=)."""

    title = _("提出处理")
    form_class = ProposeForm
    may = P.PROPOSE_SANCTION
    submit_label = _("提出处理")
    next_story = _("提出后通知对方陈述申辩；期满或收到意见后，由另一人决定。")
    done_story = _("已提出处理，对方可以陈述申辩。")

    def start(self, request, **_):
        self.case = self.institution = self.person = None
        if request.GET.get("case", "").isdecimal():
            self.case = queries.case(int(request.GET["case"]), by=request.actor)
            self.institution, self.person = self.case.institution, self.case.person
            self.cancel_url = reverse("bureau:cases:detail", args=[self.case.pk])
        elif request.GET.get("institution", "").isdecimal():
            self.institution = institutions.institution(int(request.GET["institution"]), by=request.actor)
            self.cancel_url = reverse("bureau:sanctions:list")
        else:
            raise NotFound()
        if self.institution is not None:
            self.person = None
        self.region_code = (self.institution or self.case).region_code
        self.subtitle = str(self.institution or self.person)
        self.suggested = queries.suggested_step(self.case, request.today) if self.case else None

    def form_arguments(self, request):
        days = queries.days_of("sanctions", "hearing_days", self.region_code, request.today)
        return {
            "ladder": queries.ladder(self.region_code, request.today),
            "suggested": self.suggested[0]["code"] if self.suggested else "",
            "needs_days": days is None,
        }

    def more(self, request):
        table = queries.table_of("sanctions", "ladder", self.region_code, request.today)
        if table is None or not table.rows:
            story = gettext("本区没有规定处理措施的档次；请写明措施、期限、效力和依据的文件。")
        elif self.suggested:
            row, why = self.suggested
            name = "label_en" if in_english() else "label"
            story = gettext("按本区的触发条件（{why}），可考虑“{step}”。是否采用由您决定。").format(
                why=gettext("、").join(gettext(word) for word in why), step=row.get(name, row["label"])
            )
        else:
            story = gettext("没有触发条件对应的措施，由您决定。")
        return {"next_story": f"{story} {self.next_story}"}

    def act(self, request, form):
        given = dict(form.cleaned_data)
        sanction = operations.propose_sanction(
            step=given.pop("step", None) or "other",
            institution_id=self.institution.pk if self.institution else None,
            person_id=self.person.pk if self.person else None,
            case_id=self.case.pk if self.case else None,
            **given,
            by=request.actor,
            at=request.at,
        )
        return _address(sanction)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sanction, what it would change, what was said against it."""
    require_may(request.actor, P.VIEW_PEOPLE, gettext("处理决定"))
    sanction, by = queries.sanction(pk, by=request.actor), request.actor
    early = "end" if sanction.end_on and sanction.end_on > request.today else ""
    without = {early} | ({"start"} if sanction.start_on and sanction.start_on > request.today else set())
    subject = (
        link(sanction.institution.name, reverse("bureau:institutions:detail", args=[sanction.institution_id]))
        if sanction.institution
        else link(sanction.person.name, reverse("bureau:people:detail", args=[sanction.person_id]))
    )
    effects = [str(queries.SANCTION_EFFECTS[code]) for code in sanction.effects]
    facts = [
        (gettext("处理对象"), subject),
        (
            gettext("期限"),
            gettext("{n} 个月").format(n=sanction.months) if sanction.months else gettext("没有期限"),
        ),
        (gettext("效力"), gettext("；").join(effects) or gettext("没有附带效力")),
        (gettext("依据"), sanction.basis),
        (gettext("陈述申辩期限"), sanction.plead_until),
        (gettext("执行日期"), _days(sanction)),
    ]
    if sanction.case_id and by.may(P.VIEW_COMPLAINTS):
        page = reverse("bureau:cases:detail", args=[sanction.case_id])
        facts.insert(1, (gettext("案件"), link(sanction.case.number, page)))
    return render(
        request,
        "parts/record_page.html",
        {
            "page_base": "rail.html",
            "title": sanction.label,
            "number": sanction.number,
            "thing": sanction,
            "crumb": gettext("处理决定"),
            "crumb_url": reverse("bureau:sanctions:list"),
            "said": [sanction.number],
            "next_story": _next(sanction),
            "acts": acts_of(
                sanction,
                "bureau:sanctions",
                by,
                forms=("confirm", "tell"),
                without=without,
                primary={"proposed": "confirm", "confirmed": "tell", "told": "start"}.get(
                    sanction.status, ""
                ),
            ),
            "sections": [
                Section("facts", gettext("处理措施"), facts=facts, text=sanction.reason),
                Section(
                    "statement",
                    gettext("陈述申辩"),
                    text=sanction.statement,
                    empty="" if sanction.statement else gettext("还没有收到陈述申辩。"),
                ),
            ],
            "side": [effect_section(sanction, by)],
            "story": "sanction",
        },
    )


def effect_section(sanction, by) -> Section:
    """What it would touch before it begins; what it changed afterwards."""
    done = list(queries.consequences(sanction.pk))
    if done:
        head = [gettext("效力"), gettext("编号"), gettext("恢复")]
        rows = [
            (
                queries.SANCTION_EFFECTS[row.effect],
                row.contract.number if row.contract else row.reference,
                f"{timezone.localdate(row.undone_at):%Y-%m-%d}" if row.undone_at else gettext("未恢复"),
            )
            for row in done
        ]
        return Section("effects", gettext("已执行的效力"), head=head, rows=rows)
    seen = queries.preview(sanction, by=by)
    facts = [
        (gettext("协议"), gettext("{n} 份").format(n=len(seen.contracts))),
        (gettext("未结束的班次"), gettext("{n} 个").format(n=len(seen.classes))),
        (
            gettext("未拨付的申领"),
            gettext("{n} 件，{amount}").format(n=len(seen.claims), amount=yuan(seen.claims_fen)),
        ),
    ]
    rows = [
        (
            link(one.number, reverse("bureau:classes:detail", args=[one.pk])),
            one.title,
            gettext(one.get_status_display()),
        )
        for one in seen.classes
    ]
    head = [gettext("班期编号"), gettext("班次"), gettext("状态")]
    hint = gettext("已开的班可以办完，暂停协议只挡住新开班。")
    return Section("effects", gettext("执行后影响的范围"), facts=facts, head=head, rows=rows, hint=hint)


def _days(sanction) -> str:
    if sanction.start_on is None:
        return ""
    return f"{sanction.start_on} — {sanction.end_on or ''}"


def _next(sanction) -> str:
    return {
        "proposed": gettext("下一步：对方陈述申辩（{until} 止），由提出人以外的人决定。").format(
            until=sanction.plead_until
        ),
        "confirmed": gettext("下一步：送达对方，定下开始执行的日期。"),
        "told": gettext("下一步：{day} 起自动执行，也可以当日由经办执行。").format(day=sanction.start_on),
        "in_force": gettext("到期自动结束；整改到位可以提前修复，处理有误的撤销。"),
    }.get(sanction.status, "")


class _About(FormPage):
    def start(self, request, pk, **where):
        self.sanction = queries.sanction(pk, by=request.actor)
        self.subtitle = str(self.sanction)
        self.cancel_url = _address(self.sanction)


class ConfirmSanction(_About):
    """Decide, with what it would touch in view."""

    title = _("决定处理")
    template_name = "bureau/sanctions/decide.html"
    form_class = DecideForm
    may = P.CONFIRM_SANCTION
    submit_label = _("决定处理")
    done_story = _("已决定，请送达对方。")

    def more(self, request):
        said = Section(
            "statement",
            gettext("陈述申辩"),
            text=self.sanction.statement,
            empty="" if self.sanction.statement else gettext("还没有收到陈述申辩。"),
        )
        return {"sections": [said, effect_section(self.sanction, request.actor)]}

    def act(self, request, form):
        operations.confirm_sanction(self.sanction.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


class TellSanction(_About):
    """Note that it was delivered, and from which day it holds."""

    title = _("送达")
    form_class = TellForm
    may = P.TELL_SANCTION
    submit_label = _("已送达")
    done_story = _("已登记送达。")

    def initial(self, request):
        return {"start_on": request.today}

    def act(self, request, form):
        operations.tell_sanction(self.sanction.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url


def _address(sanction) -> str:
    return reverse("bureau:sanctions:detail", args=[sanction.pk])


def _back(request, sanction) -> str:
    return _address(sanction)


withdraw = act(operations.withdraw_sanction, to=_back, done="已撤回处理意见。")
start = act(operations.start_sanction, to=_back, done="已开始执行。")
end = act(operations.end_sanction, to=_back, done="处理已期满。")
restore = act(operations.restore_sanction, to=_back, done="已提前修复。")
lift = act(operations.lift_sanction, to=_back, done="已撤销处理。")
