"""Every place where a plain search finds the legacy API's name, and what each of them is.

`ledger` accounts for a tree; `python` and `others` classify what stands in one file.
"""

from .ledger import account, readers_of, texts_with_traces

__all__ = ["account", "readers_of", "texts_with_traces"]
