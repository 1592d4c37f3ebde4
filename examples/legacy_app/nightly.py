"""The nightly report: runs where nothing but Python is installed."""

import json
import urllib.request

from config import ACCOUNT_ID, API_BASE, API_TOKEN, RAG_NAME


def report(topic):
    request = urllib.request.Request(
        f"{API_BASE}/accounts/{ACCOUNT_ID}/autorag/rags/{RAG_NAME}/search",
        data=json.dumps({"query": topic, "max_num_results": 10}).encode(),
        headers={"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        rows = json.load(answer)["result"]["data"]
    return f"{len(rows)} rows on {topic}, first {rows[0]['filename']}"
