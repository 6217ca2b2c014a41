"""nginx's configuration: what goes in is checked, what comes out is what is shipped."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from deploy import proxy, serve
from deploy.proxy import UPLOAD_MEGABYTES, Site, main
from ui.room.codes import ALPHABET, LENGTH, first_letters

ROOT = Path(__file__).parents[2]
ONE = ("127.0.0.1:8502",)
TLS = {"certificate": "/c.pem", "key": "/k.pem"}


def printed(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    main(line)
    return capsys.readouterr().out


SHIPPED = {
    "playground.conf": (),
    "playground-subpath.conf": ("--base", "/nn"),
    "playground-embedded.conf": ("--embed", "https://course.example"),
}


@pytest.mark.parametrize(("name", "line"), SHIPPED.items(), ids=SHIPPED.keys())
def test_the_shipped_files_are_what_the_command_prints(capsys, name, line):
    shipped = (ROOT / "deploy" / "nginx" / name).read_text(encoding="utf-8")
    assert printed(capsys, "--name", "class.example", *line) == shipped


def test_the_upload_limit_is_streamlits():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == UPLOAD_MEGABYTES


def test_a_course_page_may_show_it_in_a_frame_only_where_that_is_asked_for():
    alone = Site(ONE, **TLS).text()
    assert "X-Frame-Options SAMEORIGIN" in alone
    assert "HttpOnly; Secure; SameSite=Lax" in alone
    framed = Site(ONE, embed=("https://a.example", "https://b.example"), **TLS).text()
    assert "frame-ancestors 'self' https://a.example https://b.example" in framed
    assert "X-Frame-Options" not in framed
    # A frame on another site's page sends no cookie but such a one.
    assert "HttpOnly; Secure; SameSite=None; Partitioned" in framed


REFUSED = {
    "no replica": ({"replicas": ()}, "replicas must hold at least one address; none was given"),
    "a replica without port": (
        {"replicas": ("host",)},
        "replicas must be a host and a port .*; 'host' was given",
    ),
    "a name that is none": ({"name": "a b"}, "name must be a host's name .*; 'a b' was given"),
    "more than a name": ({"name": "a; include /etc/passwd"}, "name must be"),
    "a base without slash": ({"base": "nn"}, "base must be empty or a path such as /nn; 'nn' was given"),
    "a base with a slash at its end": ({"base": "/nn/"}, "base must be"),
    "a certificate alone": ({"certificate": "/c.pem"}, "come together"),
    "a frame without TLS": ({"embed": ("https://a.example",)}, "embed needs a certificate"),
    "a frame's page": ({"embed": ("https://a.example/page",), **TLS}, "embed must be an origin"),
    "two frames in one": ({"embed": ("https://a.example; x",), **TLS}, "embed must be an origin"),
    "port 0": ({"port": 0}, "port must be from 1 to 65535; 0 was given"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        Site(**({"replicas": ONE} | given))


def test_the_command_line_refuses_in_the_same_words(capsys):
    with pytest.raises(SystemExit, match="2"):
        proxy.main(["--name", "class.example", "--base", "nn"])
    assert "base must be empty or a path such as /nn; 'nn' was given" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        serve.main(["--replicas", "0"])
    assert "replicas must hold at least one address" in capsys.readouterr().err


def test_without_nginx_it_says_which_package_has_it(monkeypatch):
    monkeypatch.setattr(serve.shutil, "which", lambda *_names, **_options: None)
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)  # the test runner's own stays
    with pytest.raises(SystemExit, match=r"No nginx was found.*nginx-light"):
        serve.main(["--replicas", "1"])


def test_ports_differ():
    assert len(set(serve.free_ports(20))) == 20


def test_it_asks_for_no_more_descriptors_than_it_may_have():
    import resource

    assert 0 < serve.descriptors() <= 65536
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert hard == resource.RLIM_INFINITY or serve.descriptors() <= hard


def test_nginx_is_found_where_debian_puts_it(monkeypatch, tmp_path):
    program = tmp_path / "nginx"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), "/usr/bin")))
    assert serve.find_nginx() == str(program)


def test_proxy_and_rooms_agree_on_the_letters_of_codes():
    assert proxy.ROOM_LETTERS == ALPHABET
    assert f"[A-Z0-9]{{{LENGTH - 1}}}$" in Site(ONE).text()
    for count in (1, 2, 3, 20):
        ports = [8502 + k for k in range(count)]
        site = Site(tuple(f"127.0.0.1:{port}" for port in ports))
        for place, port in enumerate(ports):
            assert site.room_letters(place + 1) == first_letters(port, ports)
    assert Site(tuple(f"127.0.0.1:{8502 + k}" for k in range(21))).room_letters(1) == ""


def test_the_shipped_caddy_sends_each_rooms_phones_to_its_replica():
    ports = [8502, 8503, 8504, 8505]
    text = (ROOT / "deploy" / "caddy" / "one-machine.Caddyfile").read_text(encoding="utf-8")
    unit = (ROOT / "deploy" / "systemd" / "playground@.service").read_text(encoding="utf-8")
    assert f'Environment="PLAYGROUND_REPLICAS={" ".join(map(str, ports))}"' in unit
    for place, port in enumerate(ports):
        code = f"[{first_letters(port, ports)}][A-Z0-9]{{{LENGTH - 1}}}$"
        assert f"@room{place + 1} path_regexp (?i)^/(live/)?room/{code}\n" in text
        assert f"reverse_proxy @room{place + 1} 127.0.0.1:{port}\n" in text
