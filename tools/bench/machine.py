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


def allow_descriptors(number):
    """So many for a process, if we may; how many it may have then. It is no
    more either, as some servers have a table with a place for each
    descriptor that they may open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_enough = hard == resource.RLIM_INFINITY or hard >= number
    try:
        if is_enough or os.geteuid() == 0:
            hard = number
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (ValueError, OSError):       # root, but above fs.nr_open
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return hard


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
