"""Veterans not yet reached: whether they wish to learn and how old they are, on the page and in the export (D9)."""

import io
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from kaogong.demand import operations
from kaogong.kernel.id_number import age_on
from tests.factories import an_actor, make_person
from tests.web.demand.test_pages import browser

pytestmark = pytest.mark.django_db
HERE = "/bureau/veterans/"


def a_veteran(name: str, born_on: date):
    return make_person(name, born_on=born_on, groups={"veteran": date(2025, 1, 1)})


def test_willingness_and_age_are_shown_asked_for_and_exported():
    today = timezone.localdate()
    birthday = date(today.year - 40, today.month, min(today.day, 28))
    willing, unwilling = a_veteran("愿者甲", birthday), a_veteran("不愿乙", date(1960, 6, 1))
    a_veteran("未问丙", date(1999, 1, 1))
    for person, answer in ((willing, True), (unwilling, False)):
        operations.state_wish(
            is_willing=answer, occupations=["焊工"] if answer else [],
            by=an_actor("learner", person_id=person.pk), at=timezone.now(),
        )  # fmt: skip
    clerk = browser(an_actor("bureau_clerk"))

    def shown(query: str) -> set[str]:
        page = clerk.get(HERE + query)
        assert page.status_code == 200
        return {name for name in ("愿者甲", "不愿乙", "未问丙") if name in page.content.decode()}

    assert shown("") == {"愿者甲", "不愿乙", "未问丙"}
    assert shown("?willing=yes") == {"愿者甲"}
    assert shown("?willing=no") == {"不愿乙"}
    assert shown("?willing=unasked") == {"未问丙"}
    assert shown("?age_from=40&age_to=40") == {"愿者甲"}
    assert shown("?age_from=41") == {"不愿乙"} and shown("?age_to=39") == {"未问丙"}
    page = clerk.get(HERE).content.decode()
    assert "愿意 1，没有问到 1" in page and "导入培训意愿" in page
    sheet = load_workbook(io.BytesIO(clerk.get(HERE + "?willing=yes&export=xlsx").content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in cells if "培训意愿" in row)
    row = next(row for row in cells if "愿者甲" in row)
    assert (row[heads.index("培训意愿")], row[heads.index("年龄")]) == ("愿意", age_on(birthday, today))
    assert "导入培训意愿" not in browser(an_actor("auditor")).get(HERE).content.decode()
