"""What the machine has left: memory and file descriptors, as the kernel counts them for this process.

Where a system does not tell (macOS, Windows), the answer is None, and nobody is refused for its sake.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

resource = importlib.import_module("resource") if os.name == "posix" else None
"""The limits of a process; Windows has none."""

CONTROL_GROUPS: Final = Path("/sys/fs/cgroup")
"""Where Linux shows the limits of containers and of systemd's units (control groups, version 2)."""


@dataclass(frozen=True)
class Memory:
    """Memory in bytes."""

    limit: int
    """What this process may hold: the machine's memory, or less where a container or unit has less."""
    available: int
    """What is left of it."""


def memory(proc: Path = Path("/proc"), groups: Path = CONTROL_GROUPS) -> Memory | None:
    """Tell what memory there is, None where the system does not say."""
    facts = _kilobytes(proc / "meminfo", ("MemTotal", "MemAvailable"))
    if facts is None:
        return None
    total, available = facts
    found = [Memory(total, available), *_group_limits(proc, groups)]
    return Memory(min(one.limit for one in found), max(0, min(one.available for one in found)))


def resident(proc: Path = Path("/proc")) -> int | None:
    """Tell the memory of this process in bytes, None where the system does not say."""
    facts = _kilobytes(proc / "self" / "status", ("VmRSS",))
    return None if facts is None else facts[0]


def _kilobytes(path: Path, names: tuple[str, ...]) -> list[int] | None:
    """Give lines such as ``MemTotal:  16 kB`` in bytes, by name."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
        values = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return [1024 * int(values[name].split()[0]) for name in names]
    except (OSError, KeyError, ValueError):
        return None


def _group_limits(proc: Path, groups: Path) -> Iterable[Memory]:
    """Give the limits of the control group of this process and of all above it."""
    try:
        own = (proc / "self" / "cgroup").read_text(encoding="ascii").rpartition("::")[2].strip()
    except OSError:
        return
    place = groups / own.lstrip("/")
    for folder in (place, *place.parents):
        if not folder.is_relative_to(groups):
            return
        limit, held = (_number(folder / name) for name in ("memory.max", "memory.current"))
        if limit is not None and held is not None:
            yield Memory(limit, limit - held + _reclaimable(folder / "memory.stat"))


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # "max" is no limit
        return None


def _reclaimable(path: Path) -> int:
    """Give the bytes of files that the kernel keeps in the group's memory and drops when it is needed."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))


@dataclass(frozen=True)
class Descriptors:
    """Open files and sockets of this process."""

    used: int
    limit: int


def descriptors() -> Descriptors | None:
    """Count them, None where the system does not say."""
    if resource is None:
        return None
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return Descriptors(len(os.listdir(folder)), limit)
        except OSError as error:
            if error.errno == errno.EMFILE:  # to look at them takes one
                return Descriptors(limit, limit)
    return None


def raise_descriptor_limit() -> int | None:
    """Raise this process's limit of open files and sockets as far as it may; return the new one, if known.

    The usual soft limit, 1024, is used up by a few hundred tabs; the hard one is what the host allows.
    """
    if resource is None:
        return None
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says "no limit" and then refuses it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
