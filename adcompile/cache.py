"""Emitted modules: as files of a folder, and as loaded Python.

An entry is the emitted module itself, readable and importable, with a line on top that carries its
digest and a checksum, and its facts as comments at the end:

    # adcompile: entry 0f3a9c1e22b84d10, checksum 8c1d...
    <the emitted module>
    # fact: ('function', 'loss_adjoint')

The digest says what was asked for; the facts say what the answer depended on besides, so that a
changed callee or constant is noticed when the entry is loaded.
"""

from __future__ import annotations

import ast
import hashlib
import linecache
import os
import sys
import threading
import types
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FORMAT = 1
FACT = "# fact: "

_unwritable: set[Path] = set()


@dataclass(frozen=True, slots=True)
class Entry:
    """An emitted module and the facts that belong to it: plain literals, in order."""

    text: str
    facts: tuple[tuple[Any, ...], ...]
    file: str = ""
    code: types.CodeType | None = field(default=None, compare=False, repr=False)


def digest(parts: Iterable[str]) -> str:
    """A short digest of texts in order."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "backslashreplace")
        state.update(f"{len(data)}:".encode() + data)
    return state.hexdigest()[:16]


def folder() -> Path:
    """Where entries are kept: adcompile.cache_folder, ADCOMPILE_CACHE, or the user's folder."""
    chosen = getattr(sys.modules.get("adcompile"), "cache_folder", None)
    chosen = chosen or os.environ.get("ADCOMPILE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join("~", "AppData", "Local")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    return Path(base).expanduser() / "adcompile"


@lru_cache(maxsize=1)
def edition() -> str:
    """A mark of the compiler as it is installed: an entry of another edition is not ours.

    The version alone would not tell two states of a checkout apart.
    """
    package = os.path.dirname(__file__)
    facts: list[str] = []
    folders = [package]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    stat, place = entry.stat(), entry.path[len(package) :]
                    facts.append(f"{place}:{stat.st_size}:{stat.st_mtime_ns}")
                elif entry.is_dir() and entry.name != "__pycache__":
                    folders.append(entry.path)
    return f"{zlib.crc32(';'.join(sorted(facts)).encode()):08x}"


def _path(stem: str, key: str) -> Path:
    return folder() / f"{stem}_{key}_{edition()}.py"


def load(stem: str, key: str) -> Entry | None:
    """The entry of a digest; None where there is none, or one that is damaged or foreign."""
    path = _path(stem, key)
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    head, _, rest = content.partition(b"\n")
    if head.rstrip() != _head(key, rest).encode():
        return None
    try:
        facts = tuple(
            ast.literal_eval(line[len(FACT) :])
            for line in rest.decode("utf-8").splitlines()
            if line.startswith(FACT)
        )
    except (UnicodeDecodeError, ValueError, SyntaxError):
        return None
    return Entry(content.decode("utf-8"), facts, str(path))


def _head(key: str, rest: bytes) -> str:
    return f"# adcompile: entry {key}, checksum {hashlib.sha256(rest).hexdigest()[:16]}"


def store(stem: str, key: str, text: str, facts: Iterable[tuple[Any, ...]]) -> Entry:
    """Keep a module that Python takes; without a file where the folder cannot be written."""
    kept = tuple(facts)
    rest = text.rstrip("\n") + "\n\n" + "".join(f"{FACT}{fact!r}\n" for fact in kept)
    content = f"{_head(key, rest.encode())}\n{rest}"
    path = _path(stem, key)
    code = compile(content, str(path), "exec", dont_inherit=True)
    if path.parent in _unwritable:
        return Entry(text, kept)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(path, content)
    except (OSError, ValueError):
        _unwritable.add(path.parent)
        return Entry(text, kept)
    return Entry(content, kept, str(path), code)


def write(path: Path, content: str) -> None:
    """Write a file all at once: another process sees the old one or the new one, never a part."""
    beside = path.parent / f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def module(
    text: str, file: str, findable: bool = False, code: types.CodeType | None = None
) -> dict[str, Any]:
    """The names of an emitted module, run; a traceback through it shows its lines.

    A `findable` one can be imported by its name, as what Numba keeps of it asks for.
    """
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    made = types.ModuleType(Path(file).stem.strip("<>") or "emitted")
    made.__file__ = file
    if findable:
        sys.modules[made.__name__] = made
    names = made.__dict__
    exec(code or compile(text, file, "exec", dont_inherit=True), names)
    return names
