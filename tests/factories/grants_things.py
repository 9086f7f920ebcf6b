"""One of each thing of grants, all one school's or one person's own."""

from datetime import date, timedelta

from django.utils import timezone

from kaogong import sheets
from kaogong.grants import operations
from kaogong.grants.models import Grant
from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.sheets.grant_layouts import AWARD_LIST

from .grants import make_grant
from .institutions import COOK
from .paper import A_PDF
from .people import REGION, an_actor, an_id_number
from .sponsored import sponsored_things


def grants_things(school: Institution, learner: Person) -> dict[str, dict[str, object]]:
    """Name of the thing → the arguments of its addresses."""
    at = timezone.now() - timedelta(hours=3)
    clerk, own = an_actor("bureau_clerk"), an_actor("provider_clerk", organisation_id=school.pk)
    submitted = make_grant("training_base_award", institution_id=school.pk, by=own, at=at)
    drafted = make_grant(
        "base_performance_support", institution_id=school.pk, by=own, at=at, status="drafted"
    )
    himself = an_actor("learner", person_id=learner.pk)
    mine = make_grant(by=himself, at=at)
    draft = make_grant("leading_skill_award", by=himself, at=at, status="drafted")
    refused = make_grant("full_time_talent_award", by=himself, at=at, facts={"full_time": False},
                         clerk=clerk, status="reviewed")  # fmt: skip
    operations.refuse_grant(refused.pk, by=an_actor("reviewer"), at=at, reason="不是全职")
    appeal = operations.file_grant_appeal(refused.pk, text="是全职", by=himself, at=at)
    columns = [(column.field, column.label, "text") for column in AWARD_LIST.columns]
    rows = [{"name": "王强", "id_number": an_id_number().value, "occupation": "焊工"}]
    data = sheets.write_table(columns, rows, title="名单")
    kept = operations.import_award_list(
        "employer_skill_award", data, "名单.xlsx", region_code=REGION, by=own, at=at
    )
    facility = make_grant("facility_upgrade_grant", institution_id=school.pk, by=own, at=at, status="drafted")
    stove = operations.NewItem("equipment", "智能炉灶", 2, 8_000_00, occupation_code=COOK[0])
    led = operations.draft_grant("excellence_plan", region_code="510700", by=own, at=at)
    member = operations.add_team_member(
        led.pk, name="韩领队", id_number=an_id_number().value, leads=True, by=own, at=at
    )
    bought = operations.add_item(facility.pk, stove, by=own, at=at)
    project = operations.register_project(
        school.pk, title="实训楼", kind="support", document="1号", awarded_on=date(2026, 1, 5),
        awarded_fen=100_00, by=clerk, at=at,
    )  # fmt: skip
    entry = operations.record_project_entry(
        project.pk, kind="received", on=date(2026, 1, 6), amount_fen=50_00, source_level="city",
        document="回单", filename="a.pdf", content=A_PDF, by=clerk, at=at,
    )  # fmt: skip
    review = operations.score_performance(
        school.pk,
        year=2026,
        scores=dict.fromkeys(("training", "mentoring", "solving"), (20, "核查")),
        by=clerk,
        at=at,
    )
    return sponsored_things(school) | {
        "grant": {"pk": submitted.pk},
        "drafted grant": {"pk": drafted.pk},
        "grant paper": {"pk": submitted.papers.first().pk},
        "own grant": {"pk": mine.pk},
        "own draft": {"pk": draft.pk},
        "own refused": {"pk": refused.pk},
        "own grant paper": {"pk": mine.papers.first().pk},
        "grant appeal": {"pk": appeal.pk},
        "award list": {"pk": kept.pk},
        "approved grant": {"pk": Grant.objects.get(grant_list=kept).pk},
        "facility draft": {"pk": facility.pk},
        "bought item": {"pk": bought.pk},
        "team grant": {"pk": led.pk},
        "team member": {"pk": member.pk},
        "project": {"pk": project.pk},
        "project entry": {"pk": entry.pk},
        "performance": {"pk": review.pk},
        "body scheme": {"code": "training_base_award"},
        "list scheme": {"code": "employer_skill_award"},
        "own scheme": {"code": "settling_grant"},
    }
