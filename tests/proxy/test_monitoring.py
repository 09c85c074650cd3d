"""The metrics, the scrape configuration and the alerts, as Prometheus's own tool reads them."""
import pathlib
import re
import shutil
import subprocess

from service import PATIENCE, ROOT
from wire import ask, line

FOLDER = ROOT / "deploy/prometheus"


def promtool(*words, **more):
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=PATIENCE, **more)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stdout + done.stderr
    return done.stdout + done.stderr


def scraped(service):
    return ask(service, line("/metrics")).body.decode()


def test_promtool_finds_no_fault_with_the_metrics(behind):
    for target in ("/v1/events", "/v1/eras/gwot", "/nowhere", "/v1/events?limit=0", "/v1/events?format=csv", "/metrics"):
        ask(behind, line(target))
    assert promtool("check", "metrics", input=scraped(behind)) == ""


def test_promtool_takes_configuration_and_alerts():
    assert "3 rules found" in promtool("check", "config", str(FOLDER / "prometheus.yml"))


def test_alerts_come_when_they_are_due_and_not_before(tmp_path):
    shutil.copy(FOLDER / "alerts.yml", tmp_path)
    played = (pathlib.Path(__file__).parent / "alerts_test.yml").read_text().replace("RULES", "alerts.yml")
    (tmp_path / "test.yml").write_text(played)
    promtool("test", "rules", str(tmp_path / "test.yml"))


def test_the_operator_is_told_what_each_alert_asks_for():
    alerts = re.findall(r"- alert: (\w+)", (FOLDER / "alerts.yml").read_text())
    told = (ROOT / "docs/operations.md").read_text()
    assert len(alerts) == 3 and all(f"| `{alert}` |" in told for alert in alerts)


def test_alerts_speak_of_metrics_that_there_are(behind):
    ask(behind, line("/v1/events"))
    used = set(re.findall(r"\brelata_\w+", (FOLDER / "alerts.yml").read_text()))
    given = set(re.findall(r"^(relata_\w+)", scraped(behind), re.M))
    assert used and used <= given
