"""Reads /metrics with Prometheus' own parser: URL KEY."""

import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

with urllib.request.urlopen(sys.argv[1] + "/metrics") as answer:
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers["Content-Type"]
    families = {family.name: family for family in text_string_to_metric_families(answer.read().decode())}
for name, kind in {"lepton_http_requests": "counter", "lepton_http_connections": "gauge", "lepton_api_request_seconds": "histogram",
                   "lepton_inference_seconds": "histogram"}.items():
    assert families[name].type == kind, (name, families.get(name))
    assert families[name].documentation, f"{name} has no help"
