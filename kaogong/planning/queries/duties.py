"""Reading duties, reports of them, joint meetings and what they decided."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.planning.models import DutyItem, DutyReport, JointMeeting, MeetingItem

from .units import in_own_region, names_own_unit, own_units


@dataclass(frozen=True, slots=True)
class Branch:
    """One duty in the tree: how deep it stands, and how many of those below it are finished."""

    duty: DutyItem
    depth: int
    finished: int
    below: int

    @property
    def is_heading(self) -> bool:
        """A heading names no unit; it is as far as what stands under it."""
        return not self.duty.lead_unit and bool(self.below)


def duties(by: Actor) -> QuerySet[DutyItem]:
    """Duties in reach and those of the regions above, in the order of their papers."""
    rows = DutyItem.objects.order_by("region_code", "code")
    if by.role == "system":
        return rows
    if by.person_id is not None or by.organisation_id is not None or not by.region_code:
        return rows.none()
    region = RegionCode(by.region_code)
    if by.own_unit:
        return _of_own_unit(rows.filter(in_own_region(by)), by)
    above = [parent.value for parent in region.parents()]
    return rows.filter(Q(region_code__startswith=region.prefix) | Q(region_code__in=above))


def _of_own_unit(rows: QuerySet[DutyItem], by: Actor) -> QuerySet[DutyItem]:
    """Duties that the actor's unit leads or joins; the papers name units in words, so each is read."""
    own = [
        pk
        for pk, lead, joint in rows.values_list("pk", "lead_unit", "joint_units")
        if own_units([lead, *joint], by)
    ]
    return rows.filter(pk__in=own)


def units_spoken_for(duty: DutyItem, by: Actor) -> list[str]:
    """The units of a duty the actor may report for: a unit's clerk for its own alone."""
    units = [unit for unit in (duty.lead_unit, *duty.joint_units) if unit]
    return own_units(units, by) if by.own_unit else units


def duty(duty_id: int, *, by: Actor) -> DutyItem:
    """One duty of one's own reach or of a region above, or NotFound."""
    found = duties(by).select_related("parent").filter(pk=duty_id).first()
    if found is None:
        raise NotFound()
    return found


def duty_for_update(duty_id: int, *, by: Actor) -> DutyItem:
    """One duty in the actor's own reach, locked."""
    if by.own_unit:
        duty(duty_id, by=by)
        rows = DutyItem.objects.all()
    else:
        rows = in_reach(DutyItem.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=duty_id).first()
    if found is None:
        raise NotFound()
    return found


def duty_tree(by: Actor, *, unit: str = "") -> list[Branch]:
    """Duties as a tree in order, each with how far those below it are; of one unit with the headings above."""
    rows = list(duties(by))
    if by.role != "system" and by.region_code:
        rows.sort(key=lambda row: not RegionCode(by.region_code).covers(row.region_code))
    children: dict[int | None, list[DutyItem]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Branch] = []

    def walk(row: DutyItem, depth: int) -> tuple[int, int]:
        place = len(found)
        finished = below = 0
        for child in children.get(row.pk, []):
            done, all_of_them = walk(child, depth + 1)
            finished, below = finished + done, below + all_of_them
        own = (not unit or unit == row.lead_unit or unit in row.joint_units) and bool(row.lead_unit)
        if own or below:
            found.insert(place, Branch(row, depth, finished, below))
        leaf = own and row.pk not in children
        return finished + (leaf and row.status == "finished"), below + leaf

    for row in children.get(None, []):
        walk(row, 0)
    return found


def units_of_duties(by: Actor) -> list[str]:
    """Every unit that leads or joins some duty in sight, in the order they come up."""
    names: dict[str, None] = {}
    for lead, joint in duties(by).values_list("lead_unit", "joint_units"):
        names |= dict.fromkeys(filter(None, (lead, *joint)))
    return list(names)


def reports_of(duty_id: int) -> QuerySet[DutyReport]:
    """Reports of one duty, the latest first, without their papers."""
    return DutyReport.objects.filter(duty_id=duty_id).defer("paper").order_by("-id")


def duty_paper(report_id: int, *, by: Actor) -> DutyReport:
    """One report with its paper, of a duty in reach; NotFound where there is none."""
    rows = DutyReport.objects.select_related("duty")
    if not by.own_unit:
        rows = in_reach(rows, by, region="duty__region_code", organisation=None)
    found = rows.filter(pk=report_id).exclude(paper_title="").first()
    if found is None:
        raise NotFound()
    duty(found.duty_id, by=by)
    return found


def duties_overdue(by: Actor, today: date) -> QuerySet[DutyItem]:
    """Duties of the actor's own reach that should have been finished; a unit's own."""
    rows = duties(by) if by.own_unit else in_reach(DutyItem.objects.all(), by, organisation=None)
    return rows.filter(status__in=("assigned", "reported"), due_on__lt=today).order_by("due_on", "code")


def meetings(by: Actor, text: str = "") -> QuerySet[JointMeeting]:
    """Joint meetings in reach, the latest first, with ``waiting`` and ``items_count``.

    A unit's clerk sees those that gave its unit something to do, and counts its own matters.
    """
    own = None
    if by.own_unit:
        own = Q(items__in=meeting_items(by))
        rows = JointMeeting.objects.filter(pk__in=meeting_items(by).order_by().values("meeting_id"))
    else:
        rows = in_reach(JointMeeting.objects.all(), by, organisation=None)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    return rows.annotate(
        items_count=Count("items", filter=own),
        waiting=Count("items", filter=(own or Q()) & Q(items__status="decided")),
    ).order_by("-held_on", "-id")


def meeting(meeting_id: int, *, by: Actor) -> JointMeeting:
    """One joint meeting in reach, or NotFound."""
    found = meetings(by).filter(pk=meeting_id).first()
    if found is None:
        raise NotFound()
    return found


def meeting_for_update(meeting_id: int, *, by: Actor) -> JointMeeting:
    """The same, locked."""
    rows = in_reach(JointMeeting.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=meeting_id).first()
    if found is None:
        raise NotFound()
    return found


def meeting_items(by: Actor, meeting_id: int | None = None) -> QuerySet[MeetingItem]:
    """Matters of joint meetings in reach, in order; a unit's clerk sees those its unit was given to do."""
    rows = MeetingItem.objects.select_related("meeting", "duty")
    if by.own_unit and by.region_code:
        rows = rows.filter(names_own_unit("owner", by), in_own_region(by))
    else:
        rows = in_reach(rows, by, organisation=None)
    if meeting_id is not None:
        return rows.filter(meeting_id=meeting_id).order_by("sequence")
    return rows.order_by("due_on", "id")


def meeting_item(item_id: int, *, by: Actor) -> MeetingItem:
    """One matter in reach, or NotFound."""
    found = meeting_items(by).filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return found


def meeting_item_for_update(item_id: int, *, by: Actor) -> MeetingItem:
    """The same, locked."""
    rows = MeetingItem.objects.select_related("meeting")
    if by.own_unit:
        rows = rows.filter(pk=meeting_item(item_id, by=by).pk)
    else:
        rows = in_reach(rows, by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return found


def items_overdue(rows: QuerySet[MeetingItem], today: date) -> QuerySet[MeetingItem]:
    """Those of these matters that are past their day, or were when their unit said they were done."""
    late = Q(status="decided", due_on__lt=today) | Q(status="reported", due_on__lt=F("reported_on"))
    return rows.filter(late)


def decisions_open(by: Actor) -> QuerySet[MeetingItem]:
    """What meetings decided and nobody has finished, the soonest due first."""
    return meeting_items(by).filter(status="decided").order_by("due_on", "id")


def decisions_reported(by: Actor) -> QuerySet[MeetingItem]:
    """What units say they carried out and nobody has confirmed, the soonest due first."""
    return meeting_items(by).filter(status="reported").order_by("due_on", "id")


def duties_to_report(by: Actor) -> QuerySet[DutyItem]:
    """Duties the actor's units are to report of, the soonest due first."""
    rows = duties(by) if by.own_unit else in_reach(DutyItem.objects.all(), by, organisation=None)
    return rows.filter(status="assigned").order_by("due_on", "code")


def duties_reported(by: Actor) -> QuerySet[DutyItem]:
    """Duties of the actor's own reach whose report waits to be looked at."""
    return in_reach(DutyItem.objects.filter(status="reported"), by, organisation=None)
