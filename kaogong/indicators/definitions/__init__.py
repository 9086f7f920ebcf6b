"""The definitions, by topic. A new indicator is one function in the file of its topic."""

from kaogong.indicators.definitions import (
    certificates,
    classes,
    enquiries,
    groups,
    money,
    outcomes,
    programmes,
    schools,
    talent,
    training,
    workforce,
)

__all__ = [
    "certificates",
    "classes",
    "enquiries",
    "groups",
    "money",
    "outcomes",
    "programmes",
    "schools",
    "talent",
    "training",
    "workforce",
]
