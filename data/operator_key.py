"""The operator's Ed25519 key that signs checkpoints of the audit log. Keep the private half where the log is not."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from data.canonical import sha256_hex

PRIVATE_FILE = "audit_key.pem"
PUBLIC_FILE = "audit_key.pub.pem"


class KeyFileError(ValueError):
    """The file holds no Ed25519 key of the expected kind."""


class PublicKey:
    """Checks signatures."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @property
    def key_id(self) -> str:
        """First 16 hex digits of the SHA-256 of the raw key in hex."""
        return sha256_hex(self._key.public_bytes_raw().hex())[:16]

    def is_signed(self, text: str, signature: str) -> bool:
        try:
            self._key.verify(bytes.fromhex(signature), text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_pem(self) -> bytes:
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class OperatorKey:
    """Signs. `repr` shows nothing of it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    def sign(self, text: str) -> str:
        """The signature in hex, 128 digits."""
        return self._key.sign(text.encode()).hex()

    @classmethod
    def generate(cls) -> "OperatorKey":
        return cls(Ed25519PrivateKey.generate())

    def save(self, folder: Path) -> None:
        """Both halves; the private one is readable by its owner alone. Raises FileExistsError rather than replace."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(os.open(folder / PRIVATE_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(pem)
        (folder / PUBLIC_FILE).write_bytes(self.public.as_pem())


def load_operator_key(path: Path) -> OperatorKey:
    """Raises KeyFileError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise KeyFileError(f"{path.name} holds no private key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path.name} holds no Ed25519 key")
    return OperatorKey(key)


def load_public_key(path: Path) -> PublicKey:
    """Raises KeyFileError."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except ValueError:
        raise KeyFileError(f"{path.name} holds no public key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{path.name} holds no Ed25519 key")
    return PublicKey(key)
