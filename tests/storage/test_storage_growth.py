"""Commands on four times the events take about four times as long, never sixteen."""
import os
import pathlib
import subprocess
import sys

import pytest

from service import BINARY, ROOT, TOOL, environment

FEW, MANY = 1000, 4000


def seconds(*arguments):
    """What a command takes of the processor: other work on the machine does not count."""
    process = subprocess.Popen([str(TOOL), *map(str, arguments)], stdout=subprocess.DEVNULL, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    made = {count: tmp_path_factory.mktemp("made") for count in (FEW, MANY)}
    for count, folder in made.items():
        subprocess.run([sys.executable, str(ROOT / "bench/generate.py"), str(folder / "dataset"), str(count)], check=True)
    return made


COMMANDS = {
    "load": lambda folder: ["load", folder / "dataset", "--db", folder / "relata.db"],
    "load again": lambda folder: ["load", folder / "dataset", "--db", folder / "relata.db"],
    "check": lambda folder: ["check", "--db", folder / "relata.db"],
    "check --deep": lambda folder: ["check", "--deep", "--db", folder / "relata.db"],
    "dump": lambda folder: ["dump", folder / "dump", "--db", folder / "relata.db"],
    "backup": lambda folder: ["backup", folder / "backup.db", "--db", folder / "relata.db"],
    "restore": lambda folder: ["restore", folder / "backup.db", "--db", folder / "restored.db"],
}


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer costs time of its own, and minutes here")
def test_no_command_grows_with_the_square(datasets):
    """Each on what the ones before it made."""
    for name, command in COMMANDS.items():
        few, many = (seconds(*command(datasets[count])) for count in (FEW, MANY))
        assert many < 2 * MANY / FEW * (few + 0.05), (name, few, many)


@pytest.mark.skipif(BINARY.parent.name in ("asan", "tsan"), reason="a sanitizer writes, too")
def test_a_load_writes_little_beyond_its_database(datasets, tmp_path):
    """Once into the log beside it and once into the file, and what is staged: not each page again for each record."""
    database = tmp_path / "relata.db"
    process = subprocess.Popen([str(TOOL), "load", datasets[FEW] / "dataset", "--db", database], stdout=subprocess.DEVNULL, env=environment())
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    counts = dict(line.split(": ") for line in pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines())
    assert process.wait() == 0
    assert int(counts["wchar"]) < 4 * database.stat().st_size, counts
