"""Certificates: what was attested, whether it stands, and the paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.certificates import operations
from kaogong.certificates import queries as certificates
from kaogong.claims.operations import attested
from kaogong.people import operations as people_operations
from kaogong.people import queries as people
from kaogong.trail.operations import require_may
from kaogong.web.bureau.filters import CertificateFilter
from kaogong.web.bureau.forms import CertificateForm
from kaogong.web.bureau.tables import CertificateTable, level_label
from kaogong.web.parts.certificates import certificate_file, verify_address
from kaogong.web.parts.lists import ListPage, download
from kaogong.web.parts.pages import FormPage, act

from .catalog import chosen_occupation, found_occupations


class Certificates(ListPage):
    """Certificates in reach, issued here or registered from elsewhere."""

    title = _("证书")
    subtitle = _("本地发放和登记的外部证书；外部证书在人员档案中登记")
    table_class = CertificateTable
    filter_class = CertificateFilter
    may = Permission.VIEW_PEOPLE
    empty_title = _("还没有证书")
    empty_text = _("考评机构录入成绩并发证后出现在这里。")

    def rows(self, request):
        return certificates.certificates(request.actor, request.GET.get("q", ""))


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: every printed field, where it came from, whether it stands."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("证书"))
    certificate = certificates.certificate(pk, by=request.actor)
    return render(
        request,
        "bureau/certificates/detail.html",
        {
            "certificate": certificate,
            "occupation": catalog.occupation_name(certificate.occupation_code),
            "level": level_label(certificate.level_code),
            "verify_address": verify_address(certificate.verification_code),
            "scores": [
                (label, f"{score / 100:g}")
                for label, score in (
                    (gettext("理论成绩"), certificate.theory_score),
                    (gettext("实操成绩"), certificate.practice_score),
                )
                if score is not None
            ],
        },
    )


def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper; whoever may see the whole identity number gets it printed, and the look is recorded."""
    require_may(request.actor, Permission.VIEW_PEOPLE, gettext("证书"))
    certificate = certificates.certificate(pk, by=request.actor)
    id_number = certificate.holder_id_masked
    if request.actor.may(Permission.UNMASK_PERSON):
        id_number = people_operations.reveal(
            certificate.person_id,
            field="id_number",
            by=request.actor,
            at=request.at,
            reason=gettext("下载证书 {number}").format(number=certificate.number),
        )
    filename, data = certificate_file(certificate, id_number=id_number)
    return download(data, filename, "application/pdf")


def _to_detail(_request, certificate) -> str:
    return reverse("bureau:certificates:detail", args=[certificate.pk])


hold = act(attested.hold_certificate, to=_to_detail, done=_("证书已暂停使用，尚未拨付的补贴已暂缓。"))
release = act(operations.release_certificate, to=_to_detail, done=_("证书已恢复。"))
revoke = act(
    attested.revoke_certificate,
    to=_to_detail,
    done=_("证书已撤销，查验页已显示“已撤销”；尚未拨付的补贴已停拨，已拨付的列入冲突。"),
)


class RegisterCertificate(FormPage):
    """Register a certificate someone holds from elsewhere."""

    title = _("登记外部证书")
    template_name = "bureau/occupations/form.html"
    form_class = CertificateForm
    may = Permission.REGISTER_CERTIFICATE
    submit_label = _("登记")
    next_story = _("登记后，同职业已发补贴会自动核对：先发的较高等级会被找出。")
    done_story = _("证书已登记。")

    def start(self, request, person_id):
        self.person = people.person(person_id, by=request.actor)
        self.subtitle = f"{self.person.name} {self.person.id_number_masked}"
        self.cancel_url = reverse("bureau:people:detail", args=[person_id])

    def more(self, request):
        return {"found": found_occupations(request)}

    def act(self, request, form):
        certificate = attested.register_certificate(
            self.person.pk,
            **form.cleaned_data,
            occupation_code=chosen_occupation(request),
            region_code=self.person.region_code,
            by=request.actor,
            at=request.at,
        )
        return reverse("bureau:certificates:detail", args=[certificate.pk])
