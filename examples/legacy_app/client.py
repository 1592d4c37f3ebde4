"""What the other programs of the office search with: all that they ask goes through here."""

import requests
from config import ACCOUNT_ID, API_BASE, API_TOKEN, RAG_NAME


class RagClient:
    def __init__(self):
        self.base_url = f"{API_BASE}/accounts/{ACCOUNT_ID}/autorag/rags/{RAG_NAME}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {API_TOKEN}"

    def _post(self, endpoint, payload):
        response = self.session.post(f"{self.base_url}/{endpoint}", json=payload, timeout=30)
        if response.status_code != 200:
            errors = response.json().get("errors")
            raise RuntimeError(errors[0].get("message", "unknown") if errors else response.text)
        return response.json()

    def search(self, query, filters=None, limit=5):
        payload = {"query": query, "max_num_results": limit, "ranking_options": {}}
        if filters:
            payload["filters"] = filters
        return self._post("search", payload)

    def ask(self, question):
        return self._post("ai-search", {"query": question})["result"]
