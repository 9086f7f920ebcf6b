"""What the approver should look at on a roster, person by person, in a fixed number of queries."""

from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.people import queries as people
from kaogong.training import queries as training
from kaogong.web.parts.wording import filled


def warnings_of(training_class, enrolments: list) -> dict[int, list[str]]:
    """Enrolment id → sentences; an empty list means that nothing needs a look.

    Each enrolment is given ``groups``: what the person is registered as on the first day.
    """
    ids = [enrolment.person_id for enrolment in enrolments]
    day = training_class.starts_on
    groups = people.groups_on(ids, day)
    pension = people.standing_on(ids, "pension", day)
    at_school = people.standing_on(ids, "at_school", day)
    sharing = people.people_sharing_account(ids)
    booked = training.double_booked(training_class)
    told = training.register_findings(training_class)
    labels = catalog.code_labels("group")
    said: dict[int, list[str]] = {}
    for enrolment in enrolments:
        person_id, found = enrolment.person_id, []
        enrolment.groups = [labels.get(code, code) for code in groups[person_id]]
        if person_id in booked:
            found.append(gettext("同一时间在班次 {number} 上课").format(number=booked[person_id]))
        if enrolment.group_code and enrolment.group_code not in groups[person_id]:
            label = labels.get(enrolment.group_code, enrolment.group_code)
            found.append(gettext("开班当日没有登记为“{group}”").format(group=label))
        elif not groups[person_id]:
            found.append(gettext("开班当日没有登记任何人员类别"))
        if pension.get(person_id):
            found.append(gettext("开班当日按月领取养老金"))
        if at_school.get(person_id):
            found.append(gettext("开班当日在校"))
        if person_id in sharing:
            found.append(gettext("与他人共用银行账号，共 {n} 人").format(n=sharing[person_id]))
        found += [filled(one.template, one.facts) for one in told.get(enrolment.pk, [])]
        said[enrolment.pk] = found
    return said
