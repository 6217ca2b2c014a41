"""A real nginx before real replicas: one site as it is shipped, and beside it every way to get it wrong."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from deploy.proxy import Site
from deploy.serve import Replica, find_nginx, free_ports, proxy, running
from tests.deploy.visitor import Door

NAME: Final = "class.localhost"
"""A public name that is neither the machine's nor `localhost`; Chromium finds it on the loopback address."""
BASE: Final = "/nn"
UPLOAD_MEGABYTES: Final = 20
"""A tenth of what is shipped, with the same rules, so that the tests do not carry half a gigabyte about."""

WRONG: Final = """
server {{
    # Host without its port.
    listen 127.0.0.1:{host};
    location / {{
        proxy_pass http://{replica};
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $playground_connection;
    }}
}}
server {{
    # Upgrades for Streamlit's socket alone.
    listen 127.0.0.1:{upgrade};
    proxy_http_version 1.1;
    location / {{
        proxy_pass http://{replica};
        proxy_set_header Host $http_host;
    }}
    location /_stcore/stream {{
        proxy_pass http://{replica};
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }}
}}
server {{
    # What nginx does where nothing is said of sockets.
    listen 127.0.0.1:{plain};
    location / {{
        proxy_pass http://{replica};
        proxy_set_header Host $http_host;
    }}
}}
server {{
    # A sub-path that is taken off on the way to a replica that knows nothing of it, and to one that wants it.
    listen 127.0.0.1:{stripped};
    location /nn/ {{
        proxy_pass http://{replica}/;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $playground_connection;
    }}
    location /other/ {{
        proxy_pass http://{below}/;
    }}
}}
"""


@pytest.fixture(scope="session")
def replicas() -> Iterator[list[Replica]]:
    """Two below a sub-path, and one at the root."""
    limit = ("--server.maxUploadSize", str(UPLOAD_MEGABYTES))
    ports = tuple(free_ports(3))
    started = [
        Replica(port, base, limit, ports=ports[:2])
        for port, base in zip(ports, (BASE, BASE, ""), strict=True)
    ]
    with running(started):
        yield started


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made = folder / "certificate.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2"]
    command += ["-out", str(made[0]), "-keyout", str(made[1])]
    subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.fixture(scope="session")
def door(replicas: list[Replica], certificate: tuple[Path, Path]) -> Iterator[Door]:
    """The site as it is shipped: TLS ended here, a name and a port of its own, a sub-path, two replicas."""
    (port,) = free_ports(1)
    public, key = map(str, certificate)
    site = Site(
        tuple(replica.address for replica in replicas[:2]),
        name=NAME,
        port=port,
        address="127.0.0.1",
        certificate=public,
        key=key,
        base=BASE,
        upload_megabytes=UPLOAD_MEGABYTES,
    )
    with proxy(find_nginx(), site.text()):
        yield Door(port, NAME, BASE, ssl.create_default_context(cafile=public))


@pytest.fixture(scope="session")
def wrong(replicas: list[Replica]) -> Iterator[dict[str, Door]]:
    """One door for every mistake, and the right one at the root, without TLS."""
    right, *ports = free_ports(5)
    names = ("host", "upgrade", "plain", "stripped")
    site = Site((replicas[2].address,), port=right, address="127.0.0.1")
    mistakes = WRONG.format(
        replica=replicas[2].address, below=replicas[1].address, **dict(zip(names, ports, strict=True))
    )
    with proxy(find_nginx(), site.text() + mistakes):
        doors = {name: Door(port) for name, port in zip(names, ports, strict=True)}
        yield doors | {"right": Door(right)}
