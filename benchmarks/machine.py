"""What a run was made on."""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import platform
from typing import Any

PACKAGES = ("numpy", "numba", "jax", "torch", "autograd")


def description() -> dict[str, Any]:
    """The processor, the versions, and how busy the machine was when it was asked."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions,
        "load": [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None,
    }


def _processor() -> str:
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def text(machine: dict[str, Any]) -> str:
    """One line."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    load = "" if machine["load"] is None else f"; load {machine['load'][0]}"
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"
    return f"{where}; {versions}{load}"
