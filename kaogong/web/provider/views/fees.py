"""Who paid the training fee first: said for the class, and of a learner where it differs."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotFound
from kaogong.kernel.money import yuan_plain
from kaogong.training import operations
from kaogong.training import queries as training
from kaogong.web.parts.fees import fee_words
from kaogong.web.parts.pages import FormPage

from ..forms import FeeForm


def _as_typed(fee: training.Fee | None) -> dict:
    """What is on record, as the form is filled in."""
    if fee is None:
        return {}
    return {
        "paid_by": fee.paid_by,
        "amount_fen": yuan_plain(fee.amount_fen) if fee.amount_fen else "",
        "paid_on": fee.paid_on,
        "receipt_number": fee.receipt_number,
    }


class ClassFee(FormPage):
    """The fee of everybody in the class, and of whom something else is on record."""

    title = _("登记培训费")
    template_name = "provider/class_fee.html"
    form_class = FeeForm
    may = Permission.RECORD_FEE
    submit_label = _("保存")
    next_story = _("先垫后补：谁先垫付培训费，补贴付给谁。单独登记过的学员不受影响。")
    done_story = _("培训费已登记。")

    def start(self, request, pk, **where):
        self.training_class = training.training_class(pk, by=request.actor)
        self.subtitle = str(self.training_class)
        self.cancel_url = reverse("provider:classes:detail", args=[pk])

    def initial(self, request):
        return _as_typed(training.fee_of_class(self.training_class.pk))

    def more(self, request):
        fees = training.fees_by_enrolment(self.training_class.pk)
        learners = [
            (row, fees.get(row.pk), fee_words(fees.get(row.pk)))
            for row in training.enrolments(self.training_class.pk)
        ]
        return {"class": self.training_class, "learners": learners}

    def act(self, request, form):
        pk = self.training_class.pk
        operations.record_fee(pk, **form.cleaned_data, by=request.actor, at=request.at)
        return reverse("provider:classes:detail", args=[pk])


class LearnerFee(FormPage):
    """The fee of one learner, where it differs from the rest of the class."""

    title = _("登记一名学员的培训费")
    form_class = FeeForm
    may = Permission.RECORD_FEE
    submit_label = _("保存")
    next_story = _("只改这名学员的记录；其余学员仍按全班登记。")
    done_story = _("这名学员的培训费已登记。")

    def start(self, request, class_pk, pk, **where):
        training_class = training.training_class(class_pk, by=request.actor)
        self.enrolment = training.enrolments(class_pk, withdrawn=True).filter(pk=pk).first()
        if self.enrolment is None:
            raise NotFound()
        self.subtitle = gettext("{name}，{number}").format(
            name=self.enrolment.person.name, number=training_class.number
        )
        self.cancel_url = reverse("provider:classes:fee", args=[class_pk])

    def initial(self, request):
        return _as_typed(training.fee_of(self.enrolment))

    def act(self, request, form):
        class_id = self.enrolment.training_class_id
        operations.record_fee(
            class_id, enrolment_id=self.enrolment.pk, **form.cleaned_data, by=request.actor, at=request.at
        )
        return reverse("provider:classes:fee", args=[class_id])
