"""The nightly report: runs where nothing but Python is installed."""

import http.client
import json
from urllib.parse import urlsplit

from config import ACCOUNT_ID, API_BASE, API_TOKEN, RAG_NAME

API = urlsplit(API_BASE)
CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


def report(topic):
    connection = CONNECTIONS[API.scheme](API.netloc, timeout=30)
    connection.request(
        "POST",
        f"{API.path}/accounts/{ACCOUNT_ID}/autorag/rags/{RAG_NAME}/search",
        json.dumps({"query": topic, "max_num_results": 10}),
        {"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"},
    )
    rows = json.load(connection.getresponse())["result"]["data"]
    connection.close()
    return f"{len(rows)} rows on {topic}, first {rows[0]['filename']}"
