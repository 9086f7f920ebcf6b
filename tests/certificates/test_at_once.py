"""Two issuing the same certificates at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kaogong.certificates import operations
from kaogong.certificates.models import Certificate
from kaogong.kernel.actor import system_actor
from tests.factories import a_new_certificate, make_institution, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_issue_certificates_from_two_threads_issues_one_set(now):
    assessor = make_institution(is_provider=False, is_assessor=True)
    orders = [a_new_certificate(make_person(), assessor) for _ in range(8)]
    ready = Barrier(2)

    def issue():
        try:
            ready.wait(10)
            return [row.number for row in operations.issue_certificates(orders, by=system_actor(), at=now)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = (job.result() for job in [pool.submit(issue), pool.submit(issue)])
    assert first == second
    assert sorted(Certificate.objects.values_list("number", flat=True)) == sorted(first)
    assert len(set(first)) == 8
