"""Questions of the help desk: each asks AutoRAG by itself and reads the answer where it is made."""

import json

import requests
from config import ACCOUNT_ID, API_BASE, API_TOKEN, RAG_NAME

RAG = f"{API_BASE}/accounts/{ACCOUNT_ID}/autorag/rags/{RAG_NAME}"
HEADERS = {"Authorization": f"Bearer {API_TOKEN}"}


def guides(query):
    """Guides that were changed since 2024, the best first."""
    payload = {
        "query": query,
        "max_num_results": 3,
        "filters": {
            "type": "and",
            "filters": [
                {"type": "eq", "key": "folder", "value": "guides/"},
                {"type": "gte", "key": "timestamp", "value": "1704067200000"},
            ],
        },
    }
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    response.raise_for_status()
    lines = []
    for row in response.json()["result"]["data"]:
        text = " ".join(part["text"] for part in row["content"])
        lines.append(f"{row['score']:.2f} {row['filename']}: {' '.join(text.split())[:40]}")
    return lines


def answer(question):
    """One sentence, and where it comes from."""
    response = requests.post(
        f"{RAG}/ai-search",
        headers=HEADERS,
        json={
            "query": question,
            "system_prompt": "Answer in one sentence.",  # people read it on a telephone
            "rewrite_query": True,
            "ranking_options": {"score_threshold": 0.3},
        },
        timeout=30,
    )
    response.raise_for_status()
    result = response.json()["result"]
    names = sorted({row["filename"] for row in result["data"]})
    return f"{result['response']} ({', '.join(names)})"


def live(question):
    """The words of an answer, as they come."""
    payload = {"query": question, "stream": True}
    with requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json=payload, stream=True, timeout=30
    ) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                yield json.loads(line[6:])["response"]
