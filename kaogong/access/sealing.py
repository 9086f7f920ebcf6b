"""Personal data at rest: AES-256-GCM with numbered keys held outside the database, and a blind index.

A sealed value is ``key number (1 byte) | nonce (12) | ciphertext and tag``; the field's name is bound in
as associated data, so a value moved to another column does not open.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from kaogong.kernel.errors import Refused


class SealBroken(Refused):
    """加密数据无法解开：密钥 {number} 不在配置中，或数据被改动。"""


def seal(text: str, purpose: str) -> bytes:
    """Encrypt with the newest key."""
    number = next(iter(settings.SEALING_KEYS))
    nonce = os.urandom(12)
    return (
        bytes([number])
        + nonce
        + AESGCM(settings.SEALING_KEYS[number]).encrypt(nonce, text.encode(), purpose.encode())
    )


def seal_many(texts: Iterable[str], purpose: str) -> list[bytes]:
    """Encrypt each with the newest key, as ``seal`` does; an empty text stays empty."""
    number = next(iter(settings.SEALING_KEYS))
    texts, mark, about = list(texts), bytes([number]), purpose.encode()
    encrypt = AESGCM(settings.SEALING_KEYS[number]).encrypt
    chance = os.urandom(12 * len(texts))
    sealed = []
    for place, text in enumerate(texts):
        nonce = chance[12 * place : 12 * place + 12]
        sealed.append(mark + nonce + encrypt(nonce, text.encode(), about) if text else b"")
    return sealed


def unseal(sealed: bytes, purpose: str) -> str:
    """Decrypt; raises SealBroken when the key is missing or the bytes were changed."""
    sealed = bytes(sealed)
    key = settings.SEALING_KEYS.get(sealed[0])
    if key is None:
        raise SealBroken(number=sealed[0])
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], purpose.encode()).decode()
    except InvalidTag:
        raise SealBroken(number=sealed[0]) from None


def blind_index(text: str, purpose: str) -> bytes:
    """A keyed 16-byte fingerprint for exact look-up; equal texts of one purpose give equal bytes."""
    return hmac.digest(settings.INDEX_KEY, f"{purpose}\0{text}".encode(), "sha256")[:16]


def blind_indexes(texts: Iterable[str], purpose: str) -> list[bytes]:
    """The fingerprints of many texts, in their order."""
    key, about, digest = settings.INDEX_KEY, purpose.encode() + b"\0", hmac.digest
    return [digest(key, about + text.encode(), "sha256")[:16] for text in texts]


class SealedTextField(models.BinaryField):
    """Text that is plain in Python and sealed in the database. ``purpose`` binds it to its column."""

    description = "sealed text"

    def __init__(self, *args, purpose: str = "", **kwargs):
        self.purpose = purpose
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["purpose"] = self.purpose
        kwargs["editable"] = self.editable
        return name, path, args, kwargs

    def get_db_prep_value(self, value, connection, prepared=False):
        if isinstance(value, str):
            value = seal(value, self.purpose) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        return unseal(value, self.purpose) if len(value) else ""

    def value_to_string(self, obj):
        raise NotImplementedError("sealed values are not serialised")

    def to_python(self, value):
        return value

    def get_default(self):
        return "" if not self.null else None


def kept_file(content: str, digest: str, changed: Refused) -> bytes:
    """A kept file (base64) as it came. Raises ``changed`` where it is not what its digest was taken of."""
    data = base64.b64decode(content)
    if hashlib.sha256(data).hexdigest() != digest:
        raise changed
    return data


def sealed_fields() -> list[tuple[type[models.Model], SealedTextField]]:
    """Every sealed column of the product, for key rotation and for the house test."""
    from django.apps import apps

    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, SealedTextField)
    ]
