"""Templates of returns: taken out, edited in Excel or Word, handed in again, looked through as they come."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.returns import operations, queries
from kaogong.returns.states import LAYOUTS, TEMPLATE_KINDS
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters_returns import TemplateFilter
from kaogong.web.bureau.forms_returns import UploadTemplateForm
from kaogong.web.bureau.tables_returns import TemplateTable
from kaogong.web.parts.lists import Action, ListPage, download
from kaogong.web.parts.pages import FormPage

from .period_returns import TYPES

WORDS = (
    (
        "{{ 补贴性职业技能培训人次 | 本季 }}",
        _("指标名或代码，再写期间：本期、本年累计、上期、上年同期、上年同期累计"),
    ),
    ("{{ 补贴资金支出 | 本年累计 | 万元 }}", _("金额可以写万元、亿元；单元格自己的数字格式不变")),
    ("{{ 取证率 | 本期 | 分子 }}", _("比例的分子、分母")),
    (
        "{{ 补贴性职业技能培训人次 | 部门合计数 }}",
        _("部门不报人员、只报合计的人次，列在统计数旁边，不加进去；数据来源里写明是哪个部门的哪张表"),
    ),
    (
        "{{ 培训后取证人次 | 本期 | 等级=3 }}",
        _("只取一类：区县、部门、项目、职业、等级、人群、性别、年龄、机构"),
    ),
    ("{{ 同比 | 补贴资金支出 | 本年累计 }}", _("与上年同期比；表格里是百分数，文字里是一句话")),
    (
        "{{ 每行 | 区县 }}{{ 行.名称 }}",
        _("这一行按区县展开，同一行里的指标各取各的；写成 C5:C5 的合计公式随之延长"),
    ),
    (
        "{{ 图 | 补贴性职业技能培训人次 | 区县 | 各区县培训人次 }}",
        _("Excel 里是图表，Word 里是图片；在 Word 里要单独占一段"),
    ),
    ("{{ 文字说明 }}、{{ 更正对照 }}、{{ 数据来源 }}", _("成段的文字；在 Word 里要单独占一段")),
    (
        "{{ 地区名称 }}、{{ 期间 }}、{{ 填报单位 }}、{{ 数据截至 }}",
        _("还有：年份、起始日、数据快照、内容摘要、制表人、签字人、复核人、报出日期、更正"),
    ),
)


class Templates(ListPage):
    """Those in use today above, every uploaded version below."""

    title = _("报表模板")
    subtitle = _("下载后在 Excel 或 Word 里修改，再上传为新版本；上传时逐个检查占位符")
    template_name = "bureau/returns/templates.html"
    table_class = TemplateTable
    filter_class = TemplateFilter
    may = P.VIEW_BUREAU
    empty_title = _("还没有上传过模板")
    empty_text = _("现在用的是系统自带的模板，可以下载修改后上传。")

    def rows(self, request):
        return queries.return_templates(request.actor)

    def prepare(self, records):
        for record in records:
            record.file_url = reverse("bureau:return_templates:file", args=[record.pk])

    def actions(self, request):
        if not request.actor.may(P.KEEP_RETURN_TEMPLATES):
            return []
        return [Action(gettext("上传新版本"), reverse("bureau:return_templates:upload"), primary=True)]

    def more(self, request, page_rows):
        found = []
        for kind, label in TEMPLATE_KINDS.items():
            for template in queries.templates_in_use(
                kind, request.actor.region_code or "370000", request.today
            ):
                found.append(
                    {
                        "label": gettext(str(label)),
                        "layout": gettext(str(LAYOUTS[template.layout])),
                        "number": template.number,
                        "url": reverse("bureau:return_templates:file", args=[template.pk])
                        if template.pk
                        else reverse("bureau:return_templates:shipped", args=[kind, template.layout]),
                    }
                )
        return {"in_use": found, "words": _words(), "sees_figures": request.actor.may(P.VIEW_PEOPLE)}


def _words() -> list[tuple[str, str]]:
    """How placeholders are written, as a clerk looks it up."""
    return [(mark, gettext(str(meaning))) for mark, meaning in WORDS]


class UploadTemplate(FormPage):
    """Hand in a version; every fault is shown with its cell or paragraph."""

    title = _("上传模板")
    form_class = UploadTemplateForm
    may = P.KEEP_RETURN_TEMPLATES
    submit_label = _("检查并上传")
    next_story = _("有认不出的占位符、缺少必需的占位符都不收，并指出在哪个单元格或哪一段。")
    done_story = _("模板已收下。")

    @property
    def cancel_url(self):
        return reverse("bureau:return_templates:list")

    def initial(self, request):
        return {"starts_on": request.today}

    def act(self, request, form):
        upload = form.cleaned_data["file"]
        try:
            operations.upload_template(
                kind=form.cleaned_data["kind"], filename=upload.name, content=upload.read(),
                starts_on=form.cleaned_data["starts_on"], reason=form.cleaned_data["note"],
                by=request.actor, at=request.at,
            )  # fmt: skip
        except operations.TemplateRefused as refusal:
            for problem in refusal.problems[1:]:
                form.add_error("file", str(problem))
            raise operations.TemplateFault(problem=str(refusal.problems[0])) from None
        return reverse("bureau:return_templates:list")


def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it was handed in."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("报表模板"))
    found = queries.return_template(pk, request.actor)
    return download(bytes(found.content), found.filename, TYPES[found.layout])


def shipped(request: HttpRequest, kind: str, layout: str) -> HttpResponse:
    """A template the product comes with."""
    require_may(request.actor, P.VIEW_BUREAU, gettext("报表模板"))
    found = queries.shipped(kind, layout) if kind in TEMPLATE_KINDS and layout in LAYOUTS else None
    if found is None:
        raise NotFound()
    return download(found.content, found.filename, TYPES[layout])
