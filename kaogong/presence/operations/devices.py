"""Whose phone is whose."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.presence import queries
from kaogong.presence.models import DeviceBinding
from kaogong.trail.operations import record, require_may

from .refusals import DeviceNotGiven


@transaction.atomic
def bind_device(device_key: str, *, by: Actor, at: datetime) -> DeviceBinding:
    """Bind a learner's phone to the learner; a family's shared phone may be bound to each of them.

    Binding again changes nothing. Several people on a phone, or several phones of a person, lower evidence.
    """
    require_may(by, Permission.BIND_DEVICE, "绑定手机")
    if by.person_id is None:
        raise NotFound()
    if not device_key.strip():
        raise DeviceNotGiven()
    index = blind_index(device_key.strip()[:200], "presence.device")
    new = DeviceBinding(device_index=index, person_id=by.person_id, bound_at=at)
    DeviceBinding.objects.bulk_create([new], ignore_conflicts=True)
    bound = DeviceBinding.objects.get(device_index=index, person_id=by.person_id, released_at__isnull=True)
    if bound.bound_at == at:
        record("device.bound", bound, by=by, at=at, label="手机绑定")
    return bound


@transaction.atomic
def release_device(binding_id: int, *, by: Actor, at: datetime, reason: str) -> DeviceBinding:
    """End the binding of a phone to a person in reach, for a reason: lost, sold, mistaken."""
    require_may(by, Permission.RELEASE_DEVICE, "解绑手机")
    reachable = queries.devices_in_reach(by).filter(pk=binding_id).values_list("pk", flat=True)
    binding = DeviceBinding.objects.select_for_update().filter(pk__in=list(reachable)).first()
    if binding is None:
        raise NotFound()
    if not reason.strip():
        raise ReasonMissing(label="解绑手机")
    binding.released_at, binding.released_by, binding.release_reason = at, by.name, reason.strip()[:200]
    binding.save(update_fields=["released_at", "released_by", "release_reason"])
    record(
        "device.released", binding, by=by, at=at, reason=reason, label="手机绑定", person=binding.person_id
    )
    return binding
