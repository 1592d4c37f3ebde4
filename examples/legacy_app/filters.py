"""Filters of our searches."""

from datetime import datetime, timezone


def in_folder(folder):
    return {"type": "eq", "key": "folder", "value": folder}


def changed_since(year):
    start = datetime(year, 1, 1, tzinfo=timezone.utc)
    return {"type": "gte", "key": "timestamp", "value": str(int(start.timestamp() * 1000))}


def every(*comparisons):
    return {"type": "and", "filters": list(comparisons)}
