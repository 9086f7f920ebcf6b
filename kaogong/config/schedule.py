"""The one list of what happens by itself, and when (five cron fields, Shanghai time is the server's to set)."""

from procrastinate.contrib.django import app

from kaogong.audit.tasks import resume_jobs as resume_packs
from kaogong.claims.tasks import find_every_night, look_after_every_quarter, resume_jobs
from kaogong.demand.tasks import open_rounds_every_morning
from kaogong.departments.tasks import compare_every_night
from kaogong.enquiries.tasks import tidy_every_night
from kaogong.funds.tasks import enforce_waterfalls_every_night
from kaogong.grants.tasks import look_after_every_quarter as look_after_grants_every_quarter
from kaogong.grants.tasks import resume_bank_works
from kaogong.ledger.tasks import cross_check_every_night, recount_every_night, seal_ledger_every_five_minutes
from kaogong.outcomes.tasks import follow_up_every_night, survey_every_morning
from kaogong.planning.tasks import load_papers_every_night, read_targets_every_hour
from kaogong.presence.tasks import (
    call_rooms_every_minute,
    compare_faces_every_minute,
    weigh_every_five_minutes,
)
from kaogong.recoveries.tasks import find_leads_every_night
from kaogong.risk.tasks import look_at_finished_every_quarter, look_every_night, resume_checks
from kaogong.statistics.tasks import read_anew_every_night, refresh_every_minute
from kaogong.supervision.tasks import enforce_every_hour
from kaogong.trail.tasks import seal_every_five_minutes
from kaogong.training.tasks import recheck_every_night, resume_rosters
from kaogong.vouchers.tasks import expire_every_night

SCHEDULE = (
    ("* * * * *", resume_rosters),
    ("* * * * *", resume_jobs),
    ("* * * * *", resume_checks),
    ("* * * * *", resume_packs),
    ("* * * * *", resume_bank_works),
    ("* * * * *", refresh_every_minute),
    ("* * * * *", call_rooms_every_minute),
    ("* * * * *", compare_faces_every_minute),
    ("*/5 * * * *", weigh_every_five_minutes),
    ("*/5 * * * *", seal_every_five_minutes),
    ("*/5 * * * *", seal_ledger_every_five_minutes),
    ("*/15 * * * *", look_after_every_quarter),
    ("*/15 * * * *", look_after_grants_every_quarter),
    ("*/15 * * * *", look_at_finished_every_quarter),
    ("10 * * * *", enforce_every_hour),
    ("25 * * * *", read_targets_every_hour),
    ("15 0 * * *", load_papers_every_night),
    ("5 0 * * *", enforce_waterfalls_every_night),
    ("20 2 * * *", recount_every_night),
    ("30 2 * * *", cross_check_every_night),
    ("10 2 * * *", expire_every_night),
    ("40 2 * * *", find_every_night),
    ("50 2 * * *", find_leads_every_night),
    ("0 3 * * *", compare_every_night),
    ("10 3 * * *", recheck_every_night),
    ("15 3 * * *", tidy_every_night),
    ("50 3 * * *", read_anew_every_night),
    ("30 1 * * *", look_every_night),
    ("40 3 * * *", follow_up_every_night),
    ("0 6 * * *", survey_every_morning),
    ("5 6 * * *", open_rounds_every_morning),
)

for _cron, _task in SCHEDULE:
    app.periodic(cron=_cron, periodic_id=_task.name)(_task)
