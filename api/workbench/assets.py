"""The style sheet, scripts and pictures of the workbench, served under the hash of them all.

A file's address changes with its content, so browsers may keep it for ever and never mix two versions.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    digest: str
    by_name: dict[str, Asset]

    def address(self, name: str) -> str:
        """Raises KeyError when there is no such file: a template names only what exists."""
        self.by_name[name]
        return f"/static/{self.digest}/{name}"

    def find(self, digest: str, name: str) -> Asset | None:
        return self.by_name.get(name) if digest == self.digest else None


@cache
def load_assets() -> Assets:
    folder = files("api.workbench").joinpath("static")
    contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir(), key=lambda path: path.name)}
    by_name = {name: Asset(body, _MEDIA_TYPES[name.rpartition(".")[2]]) for name, body in contents.items()}
    return Assets(sha256(b"\0".join(contents.values())).hexdigest()[:12], by_name)
