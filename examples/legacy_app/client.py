"""The one place that talks to AutoRAG."""

import json

import requests
from config import ACCOUNT_ID, API_BASE, API_TOKEN, RAG_NAME


class RagClient:
    def __init__(self):
        self.base_url = f"{API_BASE}/accounts/{ACCOUNT_ID}/autorag/rags/{RAG_NAME}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {API_TOKEN}"

    def _post(self, endpoint, payload, **kwargs):
        response = self.session.post(
            f"{self.base_url}/{endpoint}", json=payload, timeout=30, **kwargs
        )
        if response.status_code != 200:
            errors = response.json().get("errors")
            raise RuntimeError(errors[0].get("message", "unknown") if errors else response.text)
        return response

    def search(self, query, filters=None, limit=5):
        payload = {"query": query, "max_num_results": limit, "ranking_options": {}}
        if filters:
            payload["filters"] = filters
        return self._post("search", payload).json()

    def ask(self, question):
        payload = {
            "query": question,
            "system_prompt": "Answer in one sentence.",
            "rewrite_query": True,
            "ranking_options": {"score_threshold": 0.3},
        }
        return self._post("ai-search", payload).json()["result"]

    def stream(self, question):
        response = self._post("ai-search", {"query": question, "stream": True}, stream=True)
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                yield json.loads(line[6:])["response"]
