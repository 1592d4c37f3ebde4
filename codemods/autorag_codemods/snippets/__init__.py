"""Programs and commands within other texts: blocks of Markdown, curl commands of scripts.

`blocks` finds the blocks of a page, `curl` and `python` rewrite one snippet each, and `rewrite`
does it for the open traces of a run.
"""

from .rewrite import rewrite_snippets

__all__ = ["rewrite_snippets"]
