"""`make serve`: replicas and an nginx, started and ended together."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from deploy import serve
from deploy.serve import ROOT, Replica, ServeError, free_ports, proxy, running

pytestmark = [pytest.mark.slow, pytest.mark.long]


def ask(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/nn/_stcore/health", timeout=30) as answer:
        return int(answer.status)


def test_it_serves_until_it_is_interrupted_and_leaves_nothing_behind():
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "deploy.serve", "--replicas", "1", "--base", "/nn"]
    command += ["--address", "127.0.0.1", "--port", str(port)]
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    process = subprocess.Popen(command, cwd=ROOT, env=plain, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == f"1 replicas serve http://127.0.0.1:{port}/nn/ (Ctrl-C ends them)\n"
    assert ask(port) == 200
    process.send_signal(signal.SIGINT)
    # The end of its output is the end of all that wrote there, the replica included.
    assert process.communicate(timeout=30)[0] == "All have ended.\n"
    assert process.returncode == 0
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(port)


def test_a_replica_that_ends_again_and_again_is_given_up_at_the_start(monkeypatch):
    monkeypatch.setattr(serve, "LONGEST_PAUSE", 0.0)
    program = shutil.which("false")
    assert program is not None
    monkeypatch.setattr(sys, "executable", program)
    broken = Replica(free_ports(1)[0])
    with pytest.raises(ServeError, match="ended 3 times before it answered"), running([broken]):
        pass
    assert not broken.alive


def test_an_nginx_that_cannot_start_is_told(capfd):
    with pytest.raises(ServeError, match="nginx could not start"), proxy(serve.find_nginx(), "nonsense;"):
        pass
    assert 'unknown directive "nonsense"' in capfd.readouterr().err


def test_a_busy_port_is_told(capfd):
    (port,) = free_ports(1)
    text = f"server {{ listen 127.0.0.1:{port}; }}"
    nginx = serve.find_nginx()
    with proxy(nginx, text), pytest.raises(ServeError, match="nginx could not start"), proxy(nginx, text):
        pass
    assert "Address already in use" in capfd.readouterr().err
