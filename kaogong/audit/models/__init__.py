"""Packs an auditor takes along, and the samples drawn from what was paid."""

from .packs import AuditPack, AuditPackPart
from .samples import AuditSample, SampledPayment

__all__ = ["AuditPack", "AuditPackPart", "AuditSample", "SampledPayment"]
