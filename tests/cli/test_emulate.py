"""`autorag-migrate emulate`: a real process, asked over its socket, ended by Ctrl-C."""

import signal
import subprocess
import sys

import httpx
import pytest

from autorag_migrate.__main__ import main


def environment(process):
    lines = [process.stdout.readline() for _ in range(3)]
    return dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)


def test_a_port_that_is_none(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["emulate", "--port", "99999"])
    assert stopped.value.code == 2
    assert "invalid port value: '99999'" in capsys.readouterr().err


def test_it_serves_a_folder_until_it_is_interrupted(tmp_path):
    (tmp_path / "llama.md").write_text("Llamas can carry three drinks.")
    command = [
        sys.executable,
        "-m",
        "autorag_migrate",
        "emulate",
        str(tmp_path),
        "--instance",
        "zoo",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            names = environment(process)
            base = names["CLOUDFLARE_API_BASE_URL"]
            assert base.startswith("http://127.0.0.1:")
            answer = httpx.post(
                f"{base}/accounts/{names['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/zoo/search",
                headers={"Authorization": f"Bearer {names['CLOUDFLARE_API_TOKEN']}"},
                json={"query": "llamas"},
                trust_env=False,
            )
            assert answer.json()["result"]["data"][0]["filename"] == "llama.md"
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["no-such-folder"], ["--port", "1", "--host", "256.0.0.1"]])
def test_what_cannot_be_served_is_one_sentence(arguments, capsys):
    assert main(["emulate", *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
