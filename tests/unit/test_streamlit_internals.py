"""Small messages leave at once: what Streamlit's way of opening its socket would delay."""

import socket

from ui.streamlit_internals import send_small_messages_at_once


def _nodelay(one: socket.socket) -> bool:
    return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_accepted_connections_send_at_once():
    with socket.socket(family=socket.AF_INET) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert not _nodelay(server)
        assert send_small_messages_at_once() >= 1
        with socket.create_connection(server.getsockname()):
            accepted, _ = server.accept()
            with accepted:
                assert _nodelay(accepted)


def test_other_sockets_and_files_stay_as_they_are(tmp_path):
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, (tmp_path / "file").open("w") as file:
        send_small_messages_at_once()
        datagrams.bind(("127.0.0.1", 0))
        file.write("still open")
    assert (tmp_path / "file").read_text() == "still open"
