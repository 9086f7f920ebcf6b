"""Reading who was there, how far it is proven, and what is open."""

from .check_ins import check_ins_of, dispute_for_update, disputes, my_disputes, refused_check_ins
from .codes import room_key
from .devices import DeviceUse, devices_in_reach, devices_of
from .evidence import PersonEvidence, Reason, evidence_of, reasons_of, recall_plan_of, recalls_of
from .faces import FaceStep, face_step, faces_of, faces_to_compare
from .facts import (
    REFUSALS_OF_NO_CLASS,
    Around,
    codes_of,
    codes_of_faces,
    codes_of_phases,
    codes_of_scan,
    is_settled,
    proposed_mark,
    weighed_alone,
)
from .hours import CountedHours, DayShare, counted_hours, hours_that_count, rule_in_words
from .learner import MySession, my_sessions, open_recalls
from .live import LiveSession, sessions_on_now
from .positions import Located, locate
from .rooms import IN, OUT, Hours, hours_of
from .sessions import (
    Door,
    class_state,
    door,
    hours_for,
    own_enrolment,
    session,
    sessions_in_reach,
    sessions_to_weigh,
    settings_for,
)
from .settings import LINKS, Settings, SettingUnset, Strength, conduct_of, settings_of
from .weighing import Link, Weighed, weigh

__all__ = [
    "IN",
    "LINKS",
    "OUT",
    "REFUSALS_OF_NO_CLASS",
    "Around",
    "CountedHours",
    "DayShare",
    "DeviceUse",
    "Door",
    "FaceStep",
    "Hours",
    "Link",
    "LiveSession",
    "Located",
    "MySession",
    "PersonEvidence",
    "Reason",
    "SettingUnset",
    "Settings",
    "Strength",
    "Weighed",
    "check_ins_of",
    "class_state",
    "codes_of",
    "codes_of_faces",
    "codes_of_phases",
    "codes_of_scan",
    "conduct_of",
    "counted_hours",
    "devices_in_reach",
    "devices_of",
    "dispute_for_update",
    "disputes",
    "door",
    "evidence_of",
    "face_step",
    "faces_of",
    "faces_to_compare",
    "hours_for",
    "hours_of",
    "hours_that_count",
    "is_settled",
    "locate",
    "my_disputes",
    "my_sessions",
    "open_recalls",
    "own_enrolment",
    "proposed_mark",
    "reasons_of",
    "recall_plan_of",
    "recalls_of",
    "refused_check_ins",
    "room_key",
    "rule_in_words",
    "session",
    "sessions_in_reach",
    "sessions_on_now",
    "sessions_to_weigh",
    "settings_for",
    "settings_of",
    "weigh",
    "weighed_alone",
]
