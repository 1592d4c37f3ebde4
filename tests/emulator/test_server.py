from __future__ import annotations

import asyncio
import socket
import threading

import httpx
import pytest

from autorag_migrate.emulator import Document, Emulator, create_app


def test_it_listens_on_this_machine_only_until_it_is_stopped():
    before = threading.active_count()
    emulator = Emulator([Document("a.md", "llamas")])
    with emulator as same:
        assert same is emulator
        assert emulator.base_url == f"http://127.0.0.1:{emulator.port}/client/v4"
        assert "port" in repr(emulator)
        port = emulator.port
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = emulator.port
    assert "stopped" in repr(emulator)


def test_it_can_be_started_again_and_keeps_its_log():
    emulator = Emulator([Document("a.md", "llamas")])
    for expected in (1, 2):
        with emulator:
            assert emulator.start() is emulator
            httpx.get(emulator.base_url, trust_env=False)
        assert len(emulator.log) == expected
    emulator.stop()


def test_a_taken_port_is_an_error():
    with Emulator() as first, pytest.raises(OSError, match=r"[Aa]ddress"):
        Emulator(port=first.port).start()


def test_several_at_once_do_not_mix(asking):
    first = asking([Document("a.md", "llamas")])
    second = asking([Document("b.md", "llamas")])
    assert first.found() == ["a.md"]
    assert second.found() == ["b.md"]
    assert len(first.emulator.log) == 1


def test_the_environment_points_to_it(emulator):
    assert emulator.environment() == {
        "CLOUDFLARE_ACCOUNT_ID": emulator.account_id,
        "CLOUDFLARE_API_TOKEN": emulator.api_token,
        "CLOUDFLARE_API_BASE_URL": emulator.base_url,
    }
    assert emulator.instance == "docs"
    assert emulator.namespace == "default"


def test_a_folder_is_served(tmp_path, asking):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("llamas eat grass")
    assert asking(tmp_path).found() == ["sub/a.md"]
    assert asking(str(tmp_path)).found() == ["sub/a.md"]


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(TypeError, match="lenjent"):
        Emulator(lenjent=True)


def test_names_and_credentials_are_settings(asking):
    ask = asking(instance="kb", account_id="acc", api_token="t0k")
    answer = ask.http.post("autorag/rags/kb/search", json={"query": "llamas"})
    assert answer.status_code == 200
    assert ask.emulator.base_url + "/accounts/acc/" == str(ask.http.base_url)


def test_ipv6():
    try:
        emulator = Emulator(host="::1").start()
    except OSError:
        pytest.skip("no IPv6 here")
    try:
        assert emulator.base_url.startswith("http://[::1]:")
        assert httpx.get(emulator.base_url, trust_env=False).status_code == 401
    finally:
        emulator.stop()


def test_many_requests_at_once(emulator):
    url = f"{emulator.base_url}/accounts/{emulator.account_id}/autorag/rags/docs/search"
    headers = {"authorization": f"Bearer {emulator.api_token}"}

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            posts = (client.post(url, json={"query": f"llamas {n % 3}"}) for n in range(30))
            return list(await asyncio.gather(*posts))

    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 3
    assert len(emulator.log) == 30


def test_stopping_does_not_wait_for_an_open_stream():
    emulator = Emulator([Document("a.md", "llamas")]).start()
    emulator.faults.add(event_delay=30)
    url = f"{emulator.base_url}/accounts/{emulator.account_id}/autorag/rags/docs/ai-search"
    headers = {"authorization": f"Bearer {emulator.api_token}"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        body = {"query": "llamas", "stream": True}
        with client.stream("POST", url, json=body) as answer:
            next(answer.iter_raw())
            emulator.stop()
    assert not [each for each in threading.enumerate() if each.name.startswith("emulator:0")]
    assert "stopped" in repr(emulator)


def test_the_application_runs_without_a_server():
    app = create_app([Document("a.md", "llamas eat grass")], instance="kb")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
            return await client.post(
                "/client/v4/accounts/0123456789abcdef0123456789abcdef/autorag/rags/kb/search",
                json={"query": "llamas"},
                headers={"authorization": "Bearer emulator-token"},
            )

    answer = asyncio.run(ask())
    assert answer.json()["result"]["data"][0]["filename"] == "a.md"
    assert len(app.state.log) == 1
    app.state.faults.add(status=500)
    assert asyncio.run(ask()).status_code == 500
