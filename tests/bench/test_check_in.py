"""A small city checks in over real HTTP; no seconds are asserted."""

from bench import check_in, report


def test_a_small_city_checks_in_without_one_lost_or_doubled():
    found = check_in.measure(people=120, seconds=2, ratio_people=40, rounds=1)
    kept = found["kept"]
    assert (kept["rows"], kept["lost"], kept["doubled"], kept["bound"]) == (120, 0, 0, 120)
    told = found["storm"]["statuses"]
    assert told["first 200"] == 120 and told["doubled 200"] > 0
    assert {said.split()[1] for said in told if said.startswith("forged")} <= {"409"}
    assert found["rate"] > 0 and found["bare_rate"] > 0
    assert "## A city checks in" in report.page({"check_in": found}, full=False)
