"""What people see of an answer."""


def sources(result):
    for item in result.get("data", []):
        text = " ".join("".join(part["text"] for part in item["content"]).split())
        title = item["attributes"].get("file", {}).get("title", item["filename"])
        folder = item["attributes"]["folder"] or "(root)"
        yield f"{item['score']:.2f} {folder} {title}: {text[:40]}"


def page(data):
    found = data.get("result") or {}
    lines = list(sources(found))
    return "\n".join(lines) if lines else "nothing found"
