"""The timeline is quick with 300 records and can be used with 5 000."""
import json
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).with_name("pace.mjs")


@pytest.mark.parametrize("count, visit, draw", [(300, 1, 0.2), (5000, 4, 2)], ids=["300-records", "5000-records"])
def test_the_timeline_keeps_its_pace(start, tmp_path, count, visit, draw):
    """Seconds of one core: from the address to the picture, and for each picture after it."""
    dataset = tmp_path / "dataset"
    subprocess.run([sys.executable, "bench/generate.py", dataset, str(count)], check=True, stdout=subprocess.DEVNULL)
    service = start("serve", "--port", "0", "--db", tmp_path / "relata.db", "--dataset", dataset)
    done = subprocess.run(["node", str(SCRIPT), f"{service.url}/explore"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["heading"] == f"{count:,} records" and seen["console"] == []
    assert seen["visit"] < visit, seen["visit"]
    assert max(seen["nearer"], seen["all"]) < draw, (seen["nearer"], seen["all"])
