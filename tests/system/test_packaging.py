"""What is installed beside the programs."""
import re
import shutil
import subprocess

import pytest

from talk import PATIENCE, ROOT

UNIT = ROOT / "packaging/systemd/liaod.service.in"
KEEP = ROOT / "packaging/keep-config"


def test_an_installed_configuration_is_not_written_over(tmp_path):
    (tmp_path / "from").mkdir()
    (tmp_path / "from/x.conf").write_text("new\n")
    env = {"DESTDIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [KEEP, "x.conf", "/from", "/etc/liao"]
    subprocess.run(command, env=env, check=True, timeout=PATIENCE)
    installed = tmp_path / "etc/liao/x.conf"
    assert installed.read_text() == "new\n"
    installed.write_text("mine\n")
    subprocess.run(command, env=env, check=True, timeout=PATIENCE)
    assert installed.read_text() == "mine\n"


def test_the_unit_keeps_no_more_rights_than_it_needs():
    unit = UNIT.read_text()
    for line in ("CapabilityBoundingSet=", "NoNewPrivileges=yes",
                 "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
                 "PrivateDevices=yes", "MemoryDenyWriteExecute=yes",
                 "ExecReload=/bin/kill -HUP $MAINPID", "Type=notify"):
        assert re.search(rf"^{re.escape(line)}$", unit, re.M), line


def test_a_reload_of_a_wrong_file_fails():
    """`systemctl reload` said nothing: kill(1) had gone well."""
    unit = UNIT.read_text()
    start, = re.findall("^ExecStart=(.*)$", unit, re.M)
    program, _, options = start.partition(" ")
    assert re.findall("^ExecReload=(.*)$", unit, re.M) == [
        f"{program} --check-config {options}", "/bin/kill -HUP $MAINPID"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd")
def test_systemd_finds_the_unit_safe(tmp_path):
    unit = tmp_path / "liaod.service"
    unit.write_text(UNIT.read_text().replace("@bindir@/liaod", "/bin/true")
                    .replace("@sysconfdir@", "/etc"))
    done = subprocess.run(["systemd-analyze", "security", "--offline=true",
                           "--threshold=15", "--no-pager", unit],
                          capture_output=True, text=True, timeout=30)
    if "offline" in done.stderr:
        pytest.skip("an old systemd-analyze")
    assert done.returncode == 0, done.stdout[-500:]
