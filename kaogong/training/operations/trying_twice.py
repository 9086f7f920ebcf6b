"""Two people's work that got in each other's way in the database: done again once, then said in words."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

from kaogong.kernel.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")
IN_EACH_OTHERS_WAY = ("40P01", "40001")  # deadlock, serialisation failure


class TryAgain(Refused):
    """有人同时在办理相关的班级或名单，这次没有办成，没有改动任何内容，请再试一次。"""


def tried_twice(operation: Callable[P, T]) -> Callable[P, T]:
    """Do a whole transaction again, once, when the database gave it up for another's sake; then TryAgain.

    Goes around ``transaction.atomic``. Inside somebody's larger transaction nothing can be done again: TryAgain.
    """

    @wraps(operation)
    def run(*given: P.args, **named: P.kwargs) -> T:
        within = connection.in_atomic_block
        try:
            return operation(*given, **named)
        except OperationalError as problem:
            if not _in_each_others_way(problem):
                raise
            if within:
                raise TryAgain() from problem
        try:
            return operation(*given, **named)
        except OperationalError as problem:
            if not _in_each_others_way(problem):
                raise
            raise TryAgain() from problem

    return run


def _in_each_others_way(problem: OperationalError) -> bool:
    return getattr(problem.__cause__, "sqlstate", None) in IN_EACH_OTHERS_WAY
