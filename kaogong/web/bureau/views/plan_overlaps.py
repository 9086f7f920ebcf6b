"""Lines of a plan that ask for the same people: decided several at once, undone before publication."""

from django.contrib import messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission as P
from kaogong.kernel.errors import NotFound
from kaogong.planning import operations, queries
from kaogong.web.bureau.forms_planning import OverlapsForm, UndoOverlapsForm
from kaogong.web.bureau.plan_sections import asked_words

from .plans import OfPlan


class _Pairs(OfPlan):
    """A form about several pairs of lines of one plan."""

    may = P.MERGE_PLAN

    def start(self, request, pk):
        super().start(request, pk)
        self.pairs = self.found(pk)
        if not self.pairs:
            raise NotFound()

    def found(self, pk):
        raise NotImplementedError

    def words(self, one) -> str:
        return gettext("前：{first}　后：{second}　最多重复 {n} 人").format(
            first=asked_words(one.first), second=asked_words(one.second), n=f"{one.overlap.people:,}"
        )

    def form_arguments(self, request):
        return {"pairs": [(f"{one.first.pk}-{one.second.pk}", self.words(one)) for one in self.pairs]}


class DecideOverlaps(_Pairs):
    """Decide those chosen in one way, for one reason."""

    title = _("处理重复")
    form_class = OverlapsForm
    submit_label = _("处理")
    next_story = _("选中的按同一办法处理；公布前可以撤销。")

    def found(self, pk):
        return queries.overlaps_open(pk)

    def initial(self, request):
        return {
            "pairs": [f"{one.first.pk}-{one.second.pk}" for one in self.pairs] if len(self.pairs) == 1 else []
        }

    def act(self, request, form):
        given = form.cleaned_data
        decided = operations.decide_overlaps(
            self.plan.pk, given["pairs"], answer=given["answer"], reason=given["reason"], by=request.actor,
            at=request.at,
        )  # fmt: skip
        messages.success(request, gettext("已处理 {n} 处重复。").format(n=len(decided)))
        return self.cancel_url


class UndoOverlaps(_Pairs):
    """Undo what was decided of those chosen."""

    title = _("撤销决定")
    form_class = UndoOverlapsForm
    submit_label = _("撤销决定")
    next_story = _("剔除的项重新计入，除非另一处重复也剔除了它。")

    def found(self, pk):
        return queries.overlaps_to_undo(pk)

    def words(self, one) -> str:
        answer = gettext(one.decision.get_answer_display())
        return f"{super().words(one)}（{answer}{gettext('：')}{one.decision.reason}）"

    def act(self, request, form):
        given = form.cleaned_data
        undone = operations.undo_overlaps(
            self.plan.pk, given["pairs"], reason=given["reason"], by=request.actor, at=request.at
        )
        messages.success(request, gettext("已撤销 {n} 处处理。").format(n=len(undone)))
        return self.cancel_url
