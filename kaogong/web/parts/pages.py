"""Views of the parts library: a form page and an act."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_POST

from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.trail.operations import require_may

from .wording import told


class FormPage(View):
    """One form, one operation. A refusal stands above the form and nothing typed is lost."""

    title = ""
    subtitle = ""
    page_base = "rail.html"
    template_name = "parts/form_page.html"
    form_class = None
    submit_label = ""
    next_story = ""
    done_story = ""
    cancel_url = ""
    may = ""
    fields_meant: ClassVar[dict[str, str]] = {}  # a refusal's own word for a field → the form's name of it
    may_act = ""  # where looking needs less than acting

    def start(self, request: HttpRequest, **where) -> None:
        """Look up what the form is about; raise NotFound when out of reach."""

    def form_arguments(self, request: HttpRequest) -> dict:
        return {}

    def initial(self, request: HttpRequest) -> dict:
        return {}

    def act(self, request: HttpRequest, form) -> str:
        """Carry out the operation; return the address to go to."""
        raise NotImplementedError

    def more(self, request: HttpRequest) -> dict:
        return {}

    def dispatch(self, request, **where):
        if self.may:
            require_may(request.actor, self.may, str(self.title))
        if self.may_act and request.method == "POST":
            require_may(request.actor, self.may_act, str(self.title))
        self.start(request, **where)
        return super().dispatch(request, **where)

    def get(self, request: HttpRequest, **_) -> HttpResponse:
        return self.shown(
            request, self.form_class(initial=self.initial(request), **self.form_arguments(request))
        )

    def post(self, request: HttpRequest, **_) -> HttpResponse:
        form = self.form_class(
            request.POST, request.FILES, initial=self.initial(request), **self.form_arguments(request)
        )
        if form.is_valid():
            try:
                address = self.act(request, form)
            except (NotFound, NotPermitted):
                raise
            except Refused as refusal:
                field = getattr(refusal, "form_field", None)
                field = self.fields_meant.get(field, field)
                form.add_error(field if field in form.fields else None, told(refusal))
            else:
                if self.done_story:
                    messages.success(request, self.done_story)
                return redirect(address)
        return self.shown(request, form, status=422)

    def shown(self, request, form, status=200) -> HttpResponse:
        return render(
            request,
            self.template_name,
            {
                "title": self.title,
                "subtitle": self.subtitle,
                "page_base": self.page_base,
                "form": form,
                "submit_label": self.submit_label or gettext("保存"),
                "next_story": self.next_story,
                "cancel_url": self.cancel_url,
                **self.more(request),
            },
            status=status,
        )


def act(
    operation: Callable,
    *,
    to: Callable[[HttpRequest, object], str],
    done: str = "",
    with_reason: bool = True,
    with_seen: bool = False,
) -> Callable:
    """A POST-only view around one operation on one thing: ``operation(pk, by=, at=, reason=)``.

    ``with_seen``: the digest of the content the button stood under goes along (``move_buttons`` puts it there).
    ``to(request, result)`` gives the address afterwards; refusals come back as a message on the page.
    """

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        arguments = {"reason": request.POST.get("reason", "")} if with_reason else {}
        if with_seen:
            arguments["seen"] = request.GET.get("seen", "")
        result = operation(pk, by=request.actor, at=request.at, **arguments)
        if done:
            messages.success(request, gettext(done))
        return redirect(to(request, result))

    return view
