"""Returns, a template, a proposal, and the figures under them, for tests of pages that need one of each."""

import io
from datetime import date, timedelta

from openpyxl import Workbook

from kaogong.returns import operations
from kaogong.statistics.operations import refresh_facts, state_figure

from .paper import A_PDF
from .people import an_actor
from .training import a_day_at

ON = a_day_at(date(2026, 11, 16))


def small_template() -> bytes:
    """A sheet with what must be there and one figure more."""
    book = Workbook()
    book.active["A1"] = "{{ 地区名称 }} {{ 期间 }}"
    book.active["A2"] = "{{ 补贴性职业技能培训人次 | 本期 }}"
    book.active["A3"] = "{{ 取证率 | 本年累计 }}"
    spool = io.BytesIO()
    book.save(spool)
    return spool.getvalue()


def returns_things() -> dict[str, dict]:
    """A draft of a return, file and snapshot, a template, a proposal with an answer begun, a stated figure."""
    clerk = an_actor("bureau_clerk", name="陈经办")
    refresh_facts(at=ON - timedelta(days=1))
    template = operations.upload_template(
        kind="quarterly", filename="季报.xlsx", content=small_template(), starts_on=ON.date(), by=clerk, at=ON
    )
    drafted = operations.draft_return(kind="quarterly", starts_on=date(2026, 7, 1), by=clerk, at=ON)
    proposal = operations.register_proposal(
        category="suggestion", session="区人大三届二次会议", number="291", deputies="宁某",
        subject="关于职工培训到基层的建议", received_on=date(2026, 11, 2), due_on=date(2027, 2, 1),
        by=clerk, at=ON,
    )  # fmt: skip
    operations.draft_answer(
        proposal.pk, starts_on=date(2026, 1, 1), ends_on=date(2026, 9, 30), codes=["training.person_times"],
        by=clerk, at=ON,
    )  # fmt: skip
    stated = state_figure(
        indicator_code="workforce.employed", region_code="370299", start_on=date(2025, 1, 1),
        end_on=date(2026, 1, 1), value=120_000, document="2025年统计公报",
        paper=("公报.pdf", A_PDF), by=clerk, at=ON,
    )  # fmt: skip
    return {
        "snapshot": {"number": drafted.snapshot},
        "snapshot's figure": {"number": drafted.snapshot, "code": "training.person_times"},
        "stated figure": {"pk": stated.pk},
        "period return": {"pk": drafted.pk},
        "return file": {"pk": drafted.pk, "layout": "xlsx"},
        "return cell": {"pk": drafted.pk, "number": 1},
        "return template": {"pk": template.pk},
        "shipped template": {"kind": "quarterly", "layout": "docx"},
        "proposal": {"pk": proposal.pk},
        "answer file": {"pk": proposal.pk, "layout": "docx"},
    }
