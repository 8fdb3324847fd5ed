"""Last of all: what was said to the server in confidence stands nowhere."""

import base64
import io
import os

from PIL import Image
from conftest import picture


def test_no_secret_is_written_down(server, figure):
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(out, "PNG")
    bytes_of_it = base64.b64encode(out.getvalue()).decode()
    words = "an umbrella that only this prompt speaks of"
    assert server.post(picture("data:image/png;base64," + bytes_of_it, words))[0] == 200
    server.post(picture("data:image/png;base64," + bytes_of_it[:-60] + "####", words))
    secrets = [server.key, "tsk-somebody-elses", words, bytes_of_it[100:160]]
    log = server.log_since(0)
    metrics = server.get("/q/metrics")[1].decode()
    for secret in secrets:
        assert secret not in log
        assert secret not in metrics
    lines = [line for line in log.splitlines() if "tesserae.audit" in line]
    assert lines, "every request leaves a line"
    figure("secrets", f"none of {len(secrets)} in {len(log.splitlines())} lines of log ({len(lines)} of audit) and {len(metrics.splitlines())} of metrics")
    assert os.path.getsize(server.log) < 200 << 20
