"""Forms of the bureau's door."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.roles import ROLES
from kaogong.catalog import queries as catalog
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.certificate_number import CertificateKind
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import Refused
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.kernel.reference import read_departments
from kaogong.people import queries as people
from kaogong.planning import queries as planning
from kaogong.web.parts.forms import DateField, TidyField
from kaogong.web.parts.wording import told


class CreditCodeField(TidyField):
    """A unified social credit code; what is wrong with it is said at the place where it is."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return CreditCode.parse(text).value
        except Refused as refusal:
            raise forms.ValidationError(told(refusal)) from None


class InstitutionForm(forms.Form):
    """A body to register."""

    credit_code = CreditCodeField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("18 位，照营业执照或登记证书填写")
    )
    name = TidyField(label=_("机构名称"), max_length=120, help_text=_("与登记证书一致的全称"))
    kind = forms.ChoiceField(label=_("机构类型"), choices=institutions.INSTITUTION_KINDS)
    duties = forms.MultipleChoiceField(
        label=_("承担的工作"),
        choices=[("provider", _("培训")), ("assessor", _("评价（考核发证）"))],
        widget=forms.CheckboxSelectMultiple,
    )
    region_code = forms.ChoiceField(label=_("所在区域"))
    address = TidyField(label=_("地址"), max_length=200, required=False)
    contact_name = TidyField(label=_("联系人"), max_length=60, required=False)
    phone = TidyField(label=_("联系电话"), max_length=30, required=False)
    certificate_body_code = forms.RegexField(
        r"^[YS][0-9]{12}$",
        label=_("证书编号机构代码"),
        required=False,
        help_text=_("评价机构填写：证书编号的前 13 位，Y 或 S 开头"),
        error_messages={"invalid": _("应为 Y 或 S 加 12 位数字。")},
    )

    def __init__(self, *args, region_code: str, **kwargs):
        super().__init__(*args, **kwargs)
        inside = catalog.regions_under(region_code, level=None).filter(code__regex=r"^\d{6}$")
        self.fields["region_code"].choices = [
            (region_code, catalog.region_name(region_code)),
            *((region.code, region.name) for region in inside[:300]),
        ]


class ContractForm(forms.Form):
    """An agreement to train; its occupations and levels are picked below."""

    number = TidyField(label=_("协议编号"), max_length=40)
    basis = TidyField(label=_("招标或备案文号"), max_length=120, required=False)
    starts_on = DateField(label=_("起始日期"))
    ends_on = DateField(label=_("终止日期"), help_text=_("这一天起协议不再有效"))
    head_count = forms.IntegerField(label=_("培训人数"), min_value=1, max_value=1_000_000)
    area = TidyField(label=_("培训地域"), max_length=120, required=False)

    def clean(self):
        given = super().clean()
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", gettext("终止日期应晚于起始日期。"))
        return given


class FindPersonForm(forms.Form):
    """A whole identity number; it travels in the body of the request, never in an address."""

    id_number = TidyField(label=_("身份证号码"), max_length=30)


class GroupForm(forms.Form):
    """A membership of one group of the papers."""

    group_code = forms.ChoiceField(label=_("人员类别"))
    start_on = DateField(label=_("起始日期"), help_text=_("证件或登记上写明的日期"))
    end_on = DateField(label=_("终止日期"), required=False, help_text=_("这一天起不再属于；不知道就留空"))
    source = TidyField(label=_("来源"), max_length=60, help_text=_("例如：就业失业登记、残疾人证"))
    evidence = TidyField(label=_("凭证编号"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group_code"].choices = list(catalog.code_labels("group").items())

    def clean(self):
        return _in_order(self, super().clean())


class StandingForm(forms.Form):
    """What a source says of a person's standing."""

    kind = forms.ChoiceField(label=_("事项"), choices=people.STANDING_KINDS)
    holds = forms.ChoiceField(
        label=_("是否成立"),
        choices=[("yes", _("是")), ("no", _("否"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    start_on = DateField(label=_("起始日期"))
    end_on = DateField(label=_("终止日期"), required=False, help_text=_("这一天起不再成立；不知道就留空"))
    source = TidyField(label=_("来源"), max_length=60, help_text=_("例如：社保经办系统、本人提交的证明"))
    employer = TidyField(label=_("单位"), max_length=120, required=False)

    def clean(self):
        return _in_order(self, super().clean())


class CertificateForm(forms.Form):
    """A certificate issued elsewhere."""

    number = TidyField(label=_("证书编号"), max_length=40, help_text=_("照证书填写，系统按国家编号规则核对"))
    kind = forms.ChoiceField(
        label=_("证书种类"), choices=[(str(kind), _(kind.label)) for kind in CertificateKind]
    )
    level_code = forms.ChoiceField(
        label=_("等级"),
        required=False,
        choices=[("", _("不分等级")), *((code, _(label)) for code, label in LEVEL_CHOICES)],
    )
    issued_on = DateField(label=_("发证日期"))
    issuer_name = TidyField(label=_("发证机构"), max_length=200)
    reason = TidyField(
        label=_("登记依据"), max_length=200, help_text=_("例如：本人持原件办理，已在联网平台查验")
    )

    def clean(self):
        given = super().clean()
        levelled = {str(CertificateKind.SKILL_LEVEL), str(CertificateKind.QUALIFICATION)}
        if given.get("kind") in levelled and not given.get("level_code"):
            self.add_error("level_code", gettext("这种证书分等级，请选择等级。"))
        return given


class AccountForm(forms.Form):
    """A log-in to open."""

    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,60}$",
        label=_("登录名"),
        error_messages={"invalid": _("3 至 60 位字母、数字、点、横线或下划线。")},
    )
    name = TidyField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("岗位"))
    organisation = TidyField(
        label=_("所属机构的统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("培训机构、考评机构的账号必填"),
    )
    department = forms.ChoiceField(
        label=_("所属部门"), required=False, help_text=_("部门经办的账号必选，其他岗位不选")
    )
    unit = forms.ChoiceField(
        label=_("所属单位"),
        required=False,
        help_text=_("单位经办的账号必选：责任事项、目标、督办和联席会议里写到的处室、中心和成员单位"),
    )
    password = forms.CharField(
        label=_("初始密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位，不要用常见密码"),
    )

    def __init__(self, *args, by: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["role"].choices = [
            (role.code, gettext(role.label)) for role in ROLES.values() if role.code != "learner"
        ]
        self.fields["department"].choices = [
            ("", gettext("不属于其他部门")),
            *((d.code, d.name) for d in read_departments() if d.code != "hrss"),
        ]

        self.fields["unit"].choices = [
            ("", gettext("不是其他单位")),
            *((name, name) for name in planning.units_of_region(by.region_code)),
        ]

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean(self):
        given = super().clean()
        role, code = given.get("role"), given.get("organisation")
        given["organisation_id"] = None
        if role and ROLES[role].front_door == "provider":
            found = (
                institutions.institutions(self.by).filter(credit_code=code.upper()).first() if code else None
            )
            if found is None:
                self.add_error(
                    "organisation", gettext("没有登记这个信用代码的机构，请先在“机构与协议”登记。")
                )
            else:
                given["organisation_id"] = found.pk
        if role and (role == "department_clerk") != bool(given.get("department")):
            self.add_error("department", gettext("部门经办请选择所属部门；其他岗位请不要选择部门。"))
        if role and (role == "unit_clerk") != bool(given.get("unit")):
            self.add_error("unit", gettext("单位经办请选择所属单位；其他岗位请不要选择单位。"))
        return given


def _in_order(form: forms.Form, given: dict) -> dict:
    starts, ends = given.get("start_on"), given.get("end_on")
    if starts and ends and ends <= starts:
        form.add_error("end_on", gettext("终止日期应晚于起始日期。"))
    return given
