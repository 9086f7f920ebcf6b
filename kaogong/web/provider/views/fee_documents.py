"""Invoices and proofs of payment of the fees of one class."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.claims import operations
from kaogong.claims import queries as claims
from kaogong.trail.operations import require_may
from kaogong.training import queries as training
from kaogong.web.parts.forms import ReasonForm
from kaogong.web.parts.pages import FormPage
from kaogong.web.parts.papers import paper

from ..forms_modes import FeeDocumentForm


def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """Every document of a class, and what the region asks of each payer."""
    require_may(request.actor, Permission.RECORD_FEE, gettext("垫付票据"))
    training_class = training.training_class(pk, by=request.actor)
    asked = [
        (label, claims.fee_documents_asked(training_class.region_code, payer, request.today))
        for payer, label in (
            ("provider", gettext("培训机构垫付")),
            ("person", gettext("学员垫付")),
            ("employer", gettext("用人单位垫付")),
        )
    ]
    return render(
        request,
        "provider/fee_documents.html",
        {
            "class": training_class,
            "documents": claims.fee_documents(request.actor, pk),
            "asked": [
                (label, [claims.FEE_DOCUMENT_KINDS[kind] for kind in found.kinds], found)
                for label, found in asked
            ],
        },
    )


class AddFeeDocument(FormPage):
    """One more document of a class."""

    title = _("上传垫付票据")
    form_class = FeeDocumentForm
    may = Permission.RECORD_FEE
    submit_label = _("上传")
    next_story = _("先垫后补：谁垫付付给谁，凭票据核对。同一张发票在全区只能用一次。")
    done_story = _("已上传。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        self.cancel_url = reverse("provider:fee_documents:list", args=[pk])

    def form_arguments(self, request):
        return {
            "learners": [(row.pk, row.person.name) for row in training.enrolments(self.training_class.pk)]
        }

    def act(self, request, form):
        told = dict(form.cleaned_data)
        upload = told.pop("file")
        operations.add_fee_document(
            self.training_class.pk, data=upload.read(), filename=upload.name, by=request.actor, at=request.at,
            **told,
        )  # fmt: skip
        return self.cancel_url


class WithdrawFeeDocument(FormPage):
    """Take a wrong document back."""

    title = _("作废票据")
    form_class = ReasonForm
    may = Permission.RECORD_FEE
    submit_label = _("作废")
    next_story = _("作废的票据留在记录里，不再作数；发票号码可以重新使用。")
    done_story = _("已作废。")

    def start(self, request, pk, **where):
        self.document = claims.fee_document(pk, by=request.actor)
        self.subtitle = str(self.document)
        self.cancel_url = reverse("provider:fee_documents:list", args=[self.document.training_class_id])

    def act(self, request, form):
        operations.withdraw_fee_document(
            self.document.pk, by=request.actor, at=request.at, **form.cleaned_data
        )
        return self.cancel_url


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was handed in."""
    require_may(request.actor, Permission.RECORD_FEE, gettext("垫付票据"))
    return paper(operations.read_fee_document(pk, by=request.actor, at=request.at))
