"""Keep AutoRAG callers working on Cloudflare AI Search."""

__version__ = "0.1.0"
