"""What watches the system, against the system."""

import json
import math
import urllib.parse

import pytest

from load import Load
from tools import ROOT, SERVICES, figure, get, needs, run, until

DASHBOARD = ROOT / "k8s" / "components" / "monitoring" / "dashboard.json"


def test_rules_and_their_unit_tests():
    needs("promtool")
    run("promtool", "check", "rules", ROOT / "observability" / "rules.yml")
    run("promtool", "test", "rules", ROOT / "observability" / "rules-test.yml")
    run("promtool", "check", "config", ROOT / "observability" / "prometheus.yml")


def query(prometheus, expression):
    answer = json.loads(get(prometheus + "/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
    assert answer["status"] == "success", answer
    return [sample for sample in answer["data"]["result"] if not math.isnan(float(sample["value"][1]))]


def test_every_pod_is_scraped(prometheus):
    def up():
        return {sample["metric"]["service"] for sample in query(prometheus, "up == 1")}

    until("every service is up", lambda: up() == set(SERVICES), 120)


def queries():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [(panel["title"], target["expr"].replace("$__rate_interval", "2m").replace("$model", ".*"))
            for panel in panels for target in panel.get("targets", [])]


def test_every_query_of_the_dashboard_returns_data(cluster, prometheus):
    with Load(cluster.url, workers=2, tokens=8) as load:
        until("answers", lambda: len(load.done) >= 4)
        # Something must be refused, or there is nothing to see of that.
        run("curl", "-s", "-o", "/dev/null", cluster.url + "/v1/chat/completions", "-H", "content-type: application/json", "-d", '{"messages": []}')
        left = dict.fromkeys(queries())

        def all_there():
            for asked in list(left):
                if query(prometheus, asked[1]):
                    del left[asked]
            return not left

        try:
            until("data for every query", all_there, 180, 3)
        except AssertionError:
            pytest.fail(f"no data for {list(left)}")
    figure(f"dashboard: {len(queries())} queries, every one returns data")


def test_rules_are_loaded_and_evaluate(prometheus):
    def rules():
        groups = json.loads(get(prometheus + "/api/v1/rules"))["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    until("every rule was evaluated", lambda: rules() and all(rule["health"] == "ok" for rule in rules()), 120)
    figure(f"{len(rules())} rules evaluate on the running system")
