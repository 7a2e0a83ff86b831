"""On what it was measured: words for the report."""
import os
import platform
import resource
import time
from pathlib import Path


def about():
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": f"{_field('/proc/cpuinfo', 'model name') or 'unknown'}, "
                     f"{len(os.sched_getaffinity(0))} cores",
        "memory": f"{_memory_gb():.0f} GB",
        "kernel": f"{platform.system()} {platform.release()} "
                  f"{platform.machine()}",
        "system": _system(),
        "load before": "{:.2f}".format(os.getloadavg()[0]),
    }


def raise_descriptors(wanted):
    """As many as we may; how many members that makes possible.

    The server and the load have one descriptor a member each, in processes
    of their own, and a few beside."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted + 200 and os.geteuid() == 0:
        hard = wanted + 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard - 200


def _field(path, name):
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _memory_gb():
    return int(_field("/proc/meminfo", "MemTotal").split()[0]) / (1 << 20)


def _system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown"
