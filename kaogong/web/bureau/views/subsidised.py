"""What the region subsidises: the list, putting an occupation on it, letting one end."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.access.permissions import Permission
from kaogong.catalog import operations
from kaogong.catalog import queries as catalog
from kaogong.kernel.region_code import RegionCode
from kaogong.web.bureau.filters import ListingFilter
from kaogong.web.bureau.forms_policy import EndListingForm, ListingForm
from kaogong.web.bureau.tables import ListingTable
from kaogong.web.parts.lists import Action, ListPage
from kaogong.web.parts.pages import FormPage

from .catalog import chosen_occupation, found_occupations


class Listings(ListPage):
    """Occupations subsidised in reach or by a region above, past and future ones too."""

    title = _("补贴职业目录")
    subtitle = _("目录内的职业和等级才能补贴；公众在“补贴职业”页看到今天有效的部分")
    table_class = ListingTable
    filter_class = ListingFilter
    may = Permission.VIEW_BUREAU
    empty_title = _("目录里还没有职业")
    empty_text = _("按公布的目录逐个列入职业和等级，并写明依据的文件。")

    def rows(self, request):
        self.today, self.by = request.today, request.actor
        return catalog.subsidised_listings(request.actor)

    def actions(self, request):
        if not request.actor.may(Permission.PUBLISH_NOTICE):
            return []
        return [Action(gettext("列入职业"), reverse("bureau:subsidised:add"), primary=True)]

    def prepare(self, records):
        may = self.by.may(Permission.PUBLISH_NOTICE)
        for record in records:
            record.state = _state(record, self.today)
            record.may_end = (
                may and record.ends_on is None and RegionCode(self.by.region_code).covers(record.region_code)
            )


def _state(listing, day) -> str:
    if day < listing.starts_on:
        return "later"
    return "over" if listing.ends_on is not None and listing.ends_on <= day else "now"


class AddListing(FormPage):
    """List one occupation in the actor's own region."""

    title = _("列入补贴职业")
    template_name = "bureau/occupations/form.html"
    form_class = ListingForm
    may = Permission.PUBLISH_NOTICE
    submit_label = _("列入目录")
    next_story = _("从起始日期起，门户立即显示，新开班可以按它申领补贴。")
    done_story = _("已列入补贴职业目录。")

    def start(self, request):
        self.subtitle = catalog.region_path(request.actor.region_code)
        self.cancel_url = reverse("bureau:subsidised:list")

    def initial(self, request):
        return {"starts_on": request.today}

    def more(self, request):
        return {"found": found_occupations(request)}

    def act(self, request, form):
        operations.list_subsidised_occupation(
            request.actor.region_code,
            occupation_code=chosen_occupation(request),
            **form.cleaned_data,
            by=request.actor,
            at=request.at,
        )
        return self.cancel_url


class EndListing(FormPage):
    """Let one listing end."""

    title = _("移出补贴职业目录")
    form_class = EndListingForm
    may = Permission.PUBLISH_NOTICE
    submit_label = _("移出目录")
    done_story = _("已写明终止日期。")

    def start(self, request, pk):
        self.listing = catalog.subsidised_listing(pk, by=request.actor)
        name = catalog.occupation_name(self.listing.occupation_code)
        self.subtitle = f"{name} {self.listing.occupation_code}"
        self.cancel_url = reverse("bureau:subsidised:list")

    def initial(self, request):
        return {"ends_on": request.today}

    def act(self, request, form):
        operations.end_listing(self.listing.pk, **form.cleaned_data, by=request.actor, at=request.at)
        return self.cancel_url
