"""Forms of the provider front door."""

from datetime import time

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.training.queries import PAYERS
from kaogong.web.parts.forms import DateField, MoneyField, SheetField, TidyField, TimeField
from kaogong.web.parts.payees import papers_field

WEEKDAYS = [
    (0, _("周一")),
    (1, _("周二")),
    (2, _("周三")),
    (3, _("周四")),
    (4, _("周五")),
    (5, _("周六")),
    (6, _("周日")),
]
KINDS = [("theory", _("理论")), ("practice", _("实训"))]
MARKS = [
    ("P", _("到")),
    ("T", _("迟到")),
    ("E", _("早退")),
    ("L", _("告假")),
    ("S", _("病假")),
    ("A", _("不到")),
]


class FeeForm(forms.Form):
    """Who paid the training fee first, how much each, when and on which receipt."""

    paid_by = forms.ChoiceField(
        label=_("谁先垫付"),
        choices=list(PAYERS.items()),
        help_text=_("培训机构先垫付的，由培训机构申领补贴。"),
    )
    amount_fen = MoneyField(label=_("每人金额"), help_text=_("每名学员的培训费，单位：元，可写两位小数"))
    paid_on = DateField(label=_("垫付日期"))
    receipt_number = TidyField(
        label=_("票据号"), max_length=60, help_text=_("收据、发票或转账凭证的号码；原件留存备查。")
    )


class ClassForm(forms.Form):
    """The words of the 开班审核表."""

    course = forms.ChoiceField(
        label=_("职业和等级"), help_text=_("只列出培训协议范围内的职业和等级；选定后即确定所用协议。")
    )
    title = TidyField(
        label=_("班次名称"), max_length=120, help_text=_("如“养老护理员（五级/初级工）第 3 期”")
    )
    scheme_code = forms.ChoiceField(label=_("补贴项目"), help_text=_("决定按哪一套条款和标准申领补贴。"))
    certificate_kind = forms.ChoiceField(label=_("结业后考取的证书"))
    hours_theory = forms.IntegerField(label=_("理论课时"), min_value=0, max_value=2000)
    hours_practice = forms.IntegerField(
        label=_("实训课时"), min_value=0, max_value=2000, help_text=_("课程表的课时合计须与这里一致。")
    )
    starts_on = DateField(label=_("开班日期"))
    ends_on = DateField(label=_("结业日期"))
    head_count = forms.IntegerField(label=_("计划人数"), min_value=1, max_value=2000)
    site_id = forms.TypedChoiceField(label=_("培训地点"), coerce=int, empty_value=None)
    trainer_ids = forms.TypedMultipleChoiceField(
        label=_("授课教师"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("没有列出的教师，请先在“机构资料”登记。"),
    )
    employer_name = TidyField(
        label=_("用人单位"), max_length=200, required=False, help_text=_("为企业职工办班时填写；其他班留空。")
    )

    def __init__(self, *args, courses=(), schemes=(), sites=(), trainers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", gettext("请选择")), *courses]
        self.fields["scheme_code"].choices = list(schemes)
        self.fields["certificate_kind"].choices = [(str(k), gettext(k.label)) for k in CertificateKind]
        self.fields["site_id"].choices = [("", gettext("请选择")), *sites]
        self.fields["trainer_ids"].choices = list(trainers)

    def clean(self):
        given = super().clean()
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", gettext("结业日期不能早于开班日期。"))
        theory, practice = given.get("hours_theory"), given.get("hours_practice")
        if theory == 0 and practice == 0:
            self.add_error("hours_practice", gettext("理论和实训课时不能都是 0。"))
        return given


class CopyForm(forms.Form):
    """The days of a class like an earlier one."""

    title = TidyField(label=_("班次名称"), max_length=120)
    starts_on = DateField(label=_("开班日期"))
    ends_on = DateField(label=_("结业日期"))

    def clean(self):
        given = super().clean()
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", gettext("结业日期不能早于开班日期。"))
        return given


class WishForm(forms.Form):
    """When teaching may happen."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("上课的日子"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )
    morning = TimeField(label=_("上午开始"), required=False, initial=time(8, 30), help_text=_("不上课就留空"))
    afternoon = TimeField(
        label=_("下午开始"), required=False, initial=time(13, 30), help_text=_("不上课就留空")
    )
    evening = TimeField(label=_("晚上开始"), required=False, help_text=_("不上课就留空"))
    lessons = forms.IntegerField(label=_("每次几课时"), min_value=1, max_value=8, initial=4)
    minutes = forms.TypedChoiceField(
        label=_("一课时多少分钟"), choices=[(45, "45"), (60, "60")], coerce=int, initial=45
    )
    skip_holidays = forms.BooleanField(label=_("避开法定节假日"), required=False, initial=True)
    trainer_id = forms.TypedChoiceField(label=_("授课教师"), coerce=int)
    site_id = forms.ChoiceField(label=_("授课地点"))

    def __init__(self, *args, trainers=(), sites=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trainer_id"].choices = list(trainers)
        self.fields["site_id"].choices = list(sites)

    def clean(self):
        given = super().clean()
        starts = [given.get(name) for name in ("morning", "afternoon", "evening")]
        given["starts"] = tuple(start for start in starts if start)
        if not given["starts"]:
            self.add_error("morning", gettext("上午、下午、晚上至少填一个开始时间。"))
        return given


class SessionForm(forms.Form):
    """One line of a timetable."""

    on = DateField(label=_("日期"))
    starts_at = TimeField(label=_("开始"))
    ends_at = TimeField(label=_("结束"))
    hours = forms.DecimalField(label=_("课时"), min_value=0, max_value=24, decimal_places=2)
    kind = forms.ChoiceField(label=_("类别"), choices=KINDS)
    topic = TidyField(label=_("授课内容"), max_length=200)
    trainer_id = forms.TypedChoiceField(label=_("教师"), coerce=int)
    site_id = forms.ChoiceField(label=_("地点"))

    def __init__(self, *args, trainers=(), sites=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trainer_id"].choices = list(trainers)
        self.fields["site_id"].choices = list(sites)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = field.label
            field.widget.attrs["class"] = f"in-cell in-{name}"

    def has_changed(self):
        """A row added and left without a day is no row: the choices alone do not make one."""
        return super().has_changed() and (self.initial.get("on") is not None or bool(self["on"].value()))


class UploadForm(forms.Form):
    """A spreadsheet the school already has."""

    sheet = SheetField(
        label=_("花名册文件"),
        help_text=_("Excel（.xlsx、.xls、.xlsb）、.ods 或 .csv，标题行不必在第一行，列名不必与模板相同。"),
    )


class AttendanceSheetForm(forms.Form):
    """An attendance book as a spreadsheet."""

    sheet = SheetField(
        label=_("出勤簿文件"), help_text=_("每天一列，符号与纸质出勤簿相同；空格不改动已有记录。")
    )
    reason = forms.CharField(
        label=_("更正说明"),
        required=False,
        max_length=500,
        help_text=_("改动已记的考勤时请写明原因，会留在经过里。"),
    )


class ScoreSheetForm(forms.Form):
    """A score sheet as a spreadsheet."""

    sheet = SheetField(
        label=_("鉴定成绩单文件"), help_text=_("按准考证号或身份证号码对应学员；缺考的成绩留空并在备注注明。")
    )
    reason = forms.CharField(label=_("更正说明"), required=False, max_length=500)


class ExamForm(forms.Form):
    """The exam of one class."""

    assessed_on = DateField(label=_("考核日期"))
    pass_theory = forms.DecimalField(
        label=_("理论合格线"), min_value=0, max_value=100, decimal_places=2, initial=60
    )
    pass_practice = forms.DecimalField(
        label=_("实作合格线"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=60,
        help_text=_("满分 100；两项都达到合格线才算合格。"),
    )


class AccountForm(forms.Form):
    """Where to be paid."""

    bank_name = TidyField(label=_("开户银行"), max_length=80, help_text=_("写到支行，如“某某银行某某支行”"))
    account = forms.CharField(
        label=_("银行账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder = TidyField(label=_("户名"), max_length=120, help_text=_("须与收款人名称一致，否则银行会退回。"))
    reason = forms.CharField(
        label=_("变更理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会记入经办轨迹。"),
    )


class CorrectAccountForm(AccountForm):
    """The account a failed payment is to go to; one that is not on file needs proof."""

    papers = papers_field(_("证明材料"), _("与档案里登记的账户不同的必须上传。"))


class SiteForm(forms.Form):
    """One place of teaching."""

    name = TidyField(label=_("名称"), max_length=80, help_text=_("如“一号实训室”"))
    address = TidyField(label=_("地址"), max_length=200)
    capacity = forms.IntegerField(label=_("容纳人数"), min_value=1, max_value=5000)


class TrainerForm(forms.Form):
    """One person who teaches."""

    name = TidyField(label=_("姓名"), max_length=60)
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=18,
        help_text=_("加密保存，页面上只显示首尾几位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    employment = forms.ChoiceField(
        label=_("用工形式"), choices=[("full", _("专职")), ("part", _("兼职")), ("expert", _("企业专家"))]
    )
    is_manager = forms.BooleanField(label=_("专职管理人员"), required=False)
    education = TidyField(label=_("学历"), max_length=40, required=False)
    major = TidyField(label=_("所学专业"), max_length=80, required=False)
    courses = TidyField(label=_("担任培训课程"), max_length=200, required=False)
    qualification = TidyField(label=_("资格或职称"), max_length=120, required=False)
    level_code = forms.ChoiceField(
        label=_("技能等级"),
        required=False,
        choices=[("", _("无")), *((code, _(label)) for code, label in LEVEL_CHOICES)],
    )
