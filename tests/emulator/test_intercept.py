from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
import requests

from autorag_migrate.emulator import Document, Emulator
from autorag_migrate.emulator.intercept import HOST, intercept, subprocess_environment

ACCOUNT = "0123456789abcdef0123456789abcdef"
URL = f"https://{HOST}/client/v4/accounts/{ACCOUNT}/autorag/rags/docs/search"
PATH = URL.removeprefix(f"https://{HOST}")
HEADERS = {"Authorization": "Bearer emulator-token", "Content-Type": "application/json"}
BODY = {"query": "llamas"}


def by_urllib():
    request = urllib.request.Request(URL, data=json.dumps(BODY).encode(), headers=HEADERS)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def by_http_client():
    connection = http.client.HTTPSConnection(HOST, timeout=10)
    try:
        connection.request("POST", PATH, json.dumps(BODY), HEADERS)
        return json.load(connection.getresponse())
    finally:
        connection.close()


def by_requests():
    with requests.Session() as session:
        return session.post(URL, json=BODY, headers=HEADERS, timeout=10).json()


def by_httpx():
    with httpx.Client() as client:
        return client.post(URL, json=BODY, headers=HEADERS).json()


def by_async_httpx():
    async def send():
        async with httpx.AsyncClient() as client:
            return (await client.post(URL, json=BODY, headers=HEADERS)).json()

    return asyncio.run(send())


def by_asyncio():
    async def send():
        reader, writer = await asyncio.open_connection(HOST, 443, ssl=True)
        body = json.dumps(BODY).encode()
        head = [f"POST {PATH} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
        head += [f"{name}: {value}" for name, value in HEADERS.items()]
        head += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(head).encode() + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return json.loads(answer.partition(b"\r\n\r\n")[2])

    return asyncio.run(send())


SENDERS = [by_urllib, by_http_client, by_requests, by_httpx, by_async_httpx, by_asyncio]


@pytest.fixture(autouse=True)
def no_opener_of_an_earlier_test(monkeypatch):
    """urllib keeps the first opener that it makes, with the proxies of that moment."""
    monkeypatch.setattr(urllib.request, "_opener", None)


@pytest.fixture(scope="module")
def account():
    with Emulator([Document("a.md", "llamas eat grass")]) as emulator:
        yield emulator


@pytest.fixture
def intercepted(account):
    account.clear_log()
    with intercept(account):
        yield account


@pytest.mark.parametrize("send", SENDERS, ids=lambda send: send.__name__)
def test_every_library_reaches_the_emulator(intercepted, send):
    assert send()["result"]["data"][0]["filename"] == "a.md"
    (entry,) = intercepted.log
    assert entry.headers["host"] == HOST
    assert entry.status == 200


def test_clients_made_before_are_reached_too(account):
    with requests.Session() as session, httpx.Client() as client, intercept(account):
        assert session.post(URL, json=BODY, headers=HEADERS, timeout=10).status_code == 200
        assert client.post(URL, json=BODY, headers=HEADERS).status_code == 200


def test_proxies_of_the_environment_are_passed_by(account, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.com")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with intercept(account):
        for send in (by_requests, by_httpx, by_urllib):
            assert send()["success"] is True
    assert os.environ["no_proxy"] == "example.com"
    assert "NO_PROXY" not in os.environ


@pytest.mark.parametrize(
    "url",
    ["https://example.com/", f"http://{HOST}/", "https://192.0.2.1/", "https://[2001:db8::1]/"],
)
def test_every_other_host_is_refused(intercepted, url):
    with pytest.raises(httpx.ConnectError, match="lets nothing else through"):
        httpx.get(url, trust_env=False)
    with pytest.raises(requests.ConnectionError, match="lets nothing else through"):
        requests.get(url, timeout=5)
    with pytest.raises(urllib.error.URLError, match="lets nothing else through"):
        urllib.request.urlopen(url, timeout=5)


def test_addresses_are_refused_below_name_resolution(intercepted):
    with socket.socket() as sock:
        with pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.1 is not this machine"):
            sock.connect(("192.0.2.1", 443))
        with pytest.raises(ConnectionRefusedError, match=r"example\.com"):
            sock.connect_ex(("example.com", 443))


def test_this_machine_stays_reachable(intercepted):
    for host in ("127.0.0.1", "localhost"):
        url = f"http://{host}:{intercepted.port}/client/v4"
        assert httpx.get(url, trust_env=False).status_code == 401


def test_a_listener_with_another_certificate_is_not_trusted(intercepted):
    context = ssl.create_default_context()
    with socket.create_connection((HOST, 443), timeout=5) as sock, pytest.raises(ssl.SSLError):
        context.wrap_socket(sock, server_hostname="example.com")


def test_everything_is_put_back(account):
    before = [
        socket.getaddrinfo,
        socket.socket.connect,
        socket.socket.connect_ex,
        ssl.SSLContext.wrap_socket,
        ssl.SSLContext.wrap_bio,
    ]
    names = [set(vars(socket.socket)), set(vars(ssl.SSLContext))]
    during = []
    with pytest.raises(ZeroDivisionError), intercept(account):
        during.append(socket.getaddrinfo) or 1 / 0
    assert during != before[:1]
    assert before == [
        socket.getaddrinfo,
        socket.socket.connect,
        socket.socket.connect_ex,
        ssl.SSLContext.wrap_socket,
        ssl.SSLContext.wrap_bio,
    ]
    assert names == [set(vars(socket.socket)), set(vars(ssl.SSLContext))]


def test_the_emulator_need_not_listen():
    with intercept(Emulator([Document("a.md", "llamas")])):
        assert by_httpx()["success"] is True


class TestSubprocess:
    @pytest.fixture
    def environment(self, account):
        account.clear_log()
        with subprocess_environment(account) as environment:
            yield environment

    @staticmethod
    def run(code, environment, *arguments):
        command = [sys.executable, "-W", "error", "-c", code, *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_a_program_runs_as_it_is(self, account, environment):
        code = f"""
import asyncio, http.client, json, urllib.request
import httpx, requests
url, headers, body = {URL!r}, {HEADERS!r}, {BODY!r}
def show(answer):
    print(answer["result"]["data"][0]["filename"])
show(requests.post(url, json=body, headers=headers).json())
show(httpx.post(url, json=body, headers=headers).json())
async def send():
    async with httpx.AsyncClient() as client:
        return (await client.post(url, json=body, headers=headers)).json()
show(asyncio.run(send()))
request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
with urllib.request.urlopen(request) as answer:
    show(json.load(answer))
connection = http.client.HTTPSConnection({HOST!r})
connection.request("POST", url[len("https://{HOST}"):], json.dumps(body), headers)
show(json.load(connection.getresponse()))
connection.close()
"""
        assert self.run(code, environment).split() == ["a.md"] * 5
        assert [entry.status for entry in account.log] == [200] * 5

    def test_it_is_told_who_it_is(self, environment):
        assert environment["CLOUDFLARE_ACCOUNT_ID"] == ACCOUNT
        assert environment["CLOUDFLARE_API_TOKEN"] == "emulator-token"
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            assert ssl.create_default_context(cafile=environment[name]).get_ca_certs()

    def test_other_hosts_are_refused_there_too(self, environment):
        code = """
import httpx
try:
    httpx.get("https://example.com/")
except httpx.ConnectError as error:
    print(error)
"""
        assert "example.com is not this machine" in self.run(code, environment)

    def test_a_sitecustomize_that_was_there_still_runs(self, account, tmp_path):
        (tmp_path / "sitecustomize.py").write_text("import sys\nsys.was_here = __name__\n")
        base = {**os.environ, "PYTHONPATH": str(tmp_path)}
        code = "import socket, sys; print(sys.was_here, 'connect' in vars(socket.socket))"
        with subprocess_environment(account, base=base) as environment:
            assert self.run(code, environment).split() == ["sitecustomize", "True"]

    def test_python_needs_nothing_of_this_package(self, environment):
        code = "import sys; print([n for n in sys.modules if n.startswith('autorag_migrate')])"
        assert self.run(code, environment).strip() == "[]"

    def test_the_directory_goes_away(self, account):
        with subprocess_environment(account) as environment:
            directory = Path(environment["PYTHONPATH"].split(os.pathsep)[0])
            assert directory.is_dir()
        assert not directory.exists()

    def test_the_network_can_be_left_open(self, account):
        with subprocess_environment(account, refuse_others=False) as environment:
            code = "import socket; print(socket.getaddrinfo('192.0.2.1', 80)[0][4][0])"
            assert self.run(code, environment).strip() == "192.0.2.1"
            context = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
            assert context.cert_store_stats()["x509_ca"] >= 1
